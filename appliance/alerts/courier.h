/* Carries what the outboxes hold: starts requests as pace and outbox allow, takes the answers,
 * judges them. For the alerts thread alone. */
#pragma once

#include "appliance/alerts/delivery-post.h"

typedef struct {
    CURLM *multi; /* no-ref */
    PayloadSender sender;
    DeliveryListener listener; /* (nullable) */
    char *(*ack_link)(const char *alarm_id,
                      const char *receiver,
                      WallUs now_us,
                      gpointer user_data);             /* (nullable) */
    char *(*to_do)(FaultId fault, gpointer user_data); /* (nullable) */
    gpointer user_data;                                /* for all */
} CourierSettings;

typedef struct Courier Courier;

/* Strings of @settings outlive the courier. */
Courier *courier_new(const CourierSettings *settings);
void courier_free(Courier *courier); /* (nullable); breaks off what is under way */

/* Takes events of @receiver and starts what may be sent now. */
void courier_tend(Courier *courier, GantryReceiver *receiver, MonoUs now_us);

/* When courier_tend() may have something to do that it has not now. */
MonoUs courier_deadline_us(const GantryReceiver *receiver, MonoUs now_us);

/* Takes the answers that libcurl has. */
void courier_collect(Courier *courier);

/* Requests of @receiver (nullable: of all) are broken off; they count as not begun. */
void courier_cancel(Courier *courier, const GantryReceiver *receiver);

bool courier_is_busy(const Courier *courier);

/* Each sends once, past outbox and pace, and answers @trial (transfer full). */
void courier_test(Courier *courier, GantryReceiver *receiver, AlertTrial *trial);
void
courier_replay(Courier *courier, GantryReceiver *receiver, const Event *event, AlertTrial *trial);
