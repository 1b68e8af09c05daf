/* The text fields of a receiver as a table. For the files of receiver only. */
#pragma once

#include <stddef.h>

#include "appliance/config/receiver.h"

typedef struct {
    const char *name; /* member in inventory and API; NULL ends the table */
    size_t offset;
    bool is_path; /* never shown, and never taken from the API */
} ReceiverTextField;

extern const ReceiverTextField receiver_text_fields[];

char **receiver_text(const Receiver *receiver, const ReceiverTextField *field);
