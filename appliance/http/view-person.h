/* What is kept of one person, as they may take it away: no hash, no secret, and of others nothing
 * but that it was somebody else. Pure. */
#pragma once

#include "appliance/http/person-reader.h"
#include "appliance/http/session.h"
#include "appliance/model/account.h"

typedef struct {
    const char *name;
    const AccountBook *book;
    const GPtrArray *sessions; /* (element-type Session): of everybody */
    const PersonRecord *record;
    const Snapshot *shown; /* what who asks may know of: channels besides are not named */
    bool limited;          /* there may be channels besides */
    WallUs now_us;
} PersonFacts;

/* One PersonalData object. */
void view_person(GString *out, const PersonFacts *facts);
