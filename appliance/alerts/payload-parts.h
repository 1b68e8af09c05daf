/* What the renderers share: JSON, escaping, headers. For the files of payload only. */
#pragma once

#include <json-glib/json-glib.h>

#include "appliance/alerts/payload.h"

/* Each renders @message into @request, whose method, headers array and carrier are set. */
typedef bool (*PayloadRenderer)(const Notice *notice,
                                const PayloadPlace *place,
                                PayloadRequest *request,
                                GError **error);

bool payload_render_webhook(const Notice *notice,
                            const PayloadPlace *place,
                            PayloadRequest *request,
                            GError **error);
bool payload_render_slack(const Notice *notice,
                          const PayloadPlace *place,
                          PayloadRequest *request,
                          GError **error);
bool payload_render_teams(const Notice *notice,
                          const PayloadPlace *place,
                          PayloadRequest *request,
                          GError **error);
bool payload_render_pagerduty(const Notice *notice,
                              const PayloadPlace *place,
                              PayloadRequest *request,
                              GError **error);
bool payload_render_jsm(const Notice *notice,
                        const PayloadPlace *place,
                        PayloadRequest *request,
                        GError **error);
bool payload_render_alertmanager(const Notice *notice,
                                 const PayloadPlace *place,
                                 PayloadRequest *request,
                                 GError **error);
bool payload_render_telegram(const Notice *notice,
                             const PayloadPlace *place,
                             PayloadRequest *request,
                             GError **error);
bool payload_render_email(const Notice *notice,
                          const PayloadPlace *place,
                          PayloadRequest *request,
                          GError **error);
bool payload_render_syslog(const Notice *notice,
                           const PayloadPlace *place,
                           PayloadRequest *request,
                           GError **error);

/* Members of the object that is open. */
void payload_add_text(JsonBuilder *json, const char *name, const char *text);
void payload_add_integer(JsonBuilder *json, const char *name, gint64 value);
void payload_add_flag(JsonBuilder *json, const char *name, bool flag);
void payload_begin_object(JsonBuilder *json, const char *name); /* @name: (nullable) */
void payload_begin_array(JsonBuilder *json, const char *name);

/* The finished tree of @json becomes the body, with its content type. */
void payload_take_json(PayloadRequest *request, JsonBuilder *json);

void payload_add_header(PayloadRequest *request, const char *name, const char *value);

/* @text with each character of @special replaced as @replacements say, or with @prefix before it
 * where they say nothing (%NULL); at most @max_characters, never cut within a replacement.
 * Returns: (transfer full) */
char *payload_escape(const char *text,
                     const char *special,
                     const char *const *replacements,
                     char prefix,
                     unsigned max_characters);

/* A secret that may be a header's value or part of a path: printable ASCII without blanks, 1 to 512
 * bytes. */
bool payload_secret_is_word(const char *secret, const char *what, GError **error);
