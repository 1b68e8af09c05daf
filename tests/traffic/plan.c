/* Names and addresses of the invented channels. */
#include "tests/traffic/plan.h"

#define PER_GROUP 10
#define LOOPBACK  0x7f000001u
#define GROUPS    0xefff0001u /* 239.255.0.1 */

static const char *const groups[] = {"National", "Regional", "News", "Sport", "Film", "Music"};

/* Name and short name, PER_GROUP to each group. */
static const char *const names[][2] = {
    {"North One HD", "NORTH1"},
    {"North Two HD", "NORTH2"},
    {"South One HD", "SOUTH1"},
    {"Crown TV", "CROWN"},
    {"Meridian", "MERIDIAN"},
    {"Commons", "COMMONS"},
    {"Channel Oak", "OAK"},
    {"Lantern HD", "LANTERN"},
    {"Public Four", "PUBLIC4"},
    {"Kite Kids", "KITE"},
    {"Harbour TV", "HARBOUR"},
    {"Valley View", "VALLEY"},
    {"Coast HD", "COAST"},
    {"Highland", "HIGHLAND"},
    {"Riverside", "RIVER"},
    {"Lakeland", "LAKELAND"},
    {"Moorland TV", "MOORLAND"},
    {"Capital Live", "CAPITAL"},
    {"Island One", "ISLAND1"},
    {"Border TV", "BORDER"},
    {"Dispatch 24", "DISPATCH"},
    {"Front Page", "FRONTPG"},
    {"World Wire", "WIRE"},
    {"Ledger Money", "LEDGER"},
    {"Chamber Live", "CHAMBER"},
    {"Weather Eye", "WEATHER"},
    {"Newsreel", "NEWSREEL"},
    {"Bulletin HD", "BULLETIN"},
    {"Sky Line Travel", "SKYLINE"},
    {"Court Report", "COURT"},
    {"Arena 1 HD", "ARENA1"},
    {"Arena 2 HD", "ARENA2"},
    {"Arena 3 HD", "ARENA3"},
    {"Velo", "VELO"},
    {"Paddock", "PADDOCK"},
    {"Regatta", "REGATTA"},
    {"Summit Sport", "SUMMIT"},
    {"Goal Line", "GOALLINE"},
    {"Set Point", "SETPOINT"},
    {"Track and Field", "TRACK"},
    {"Reel One HD", "REEL1"},
    {"Reel Two HD", "REEL2"},
    {"Silver Screen", "SILVER"},
    {"Noir", "NOIR"},
    {"Matinee", "MATINEE"},
    {"Saga Drama", "SAGA"},
    {"Encore", "ENCORE"},
    {"Short Cuts", "SHORTCUT"},
    {"Archive Film", "ARCHIVE"},
    {"Comet", "COMET"},
    {"Tempo HD", "TEMPO"},
    {"Vinyl", "VINYL"},
    {"Opera House", "OPERA"},
    {"Blue Note TV", "BLUENOTE"},
    {"Festival", "FESTIVAL"},
    {"Folk Roots", "FOLK"},
    {"Pulse", "PULSE"},
    {"Chorus", "CHORUS"},
    {"Brass Band", "BRASS"},
    {"Night Radio", "NIGHT"},
};

GArray *
plan_make(unsigned count, uint16_t base_port)
{
    GArray *plan = g_array_new(FALSE, TRUE, sizeof(PlanChannel));

    for (unsigned i = 0; i < MIN(count, PLAN_MAX); i++) {
        const char *const *name = names[i % G_N_ELEMENTS(names)];
        const unsigned round = i / (unsigned)G_N_ELEMENTS(names) + 1;
        const bool multicast = i % 4 == 1 || i % 4 == 2;
        PlanChannel channel = {
            .group = groups[i / PER_GROUP % G_N_ELEMENTS(groups)],
            .address = multicast ? GROUPS + (i / 250 << 8) + i % 250 : LOOPBACK,
            .port = (uint16_t)(base_port + i),
            .service_id = (uint16_t)(1001 + i),
            .rtp = i % 2 == 1,
        };

        g_snprintf(channel.id, sizeof channel.id, count > 99 ? "ch-%03u" : "ch-%02u", i + 1);
        if (round == 1) {
            g_strlcpy(channel.name, name[0], sizeof channel.name);
            g_strlcpy(channel.short_name, name[1], sizeof channel.short_name);
        } else {
            g_snprintf(channel.name, sizeof channel.name, "%s +%u", name[0], round - 1);
            g_snprintf(channel.short_name, sizeof channel.short_name, "%.6s+%u", name[1],
                       round - 1);
        }
        g_array_append_val(plan, channel);
    }
    return plan;
}

bool
plan_is_multicast(const PlanChannel *channel)
{
    return channel->address >> 28 == 0xe;
}

char *
plan_inventory(const GArray *plan)
{
    g_autoptr(GString) csv =
        g_string_new("id,name,short_name,group,address,interface,service_id,commissioned\n");

    for (guint i = 0; i < plan->len; i++) {
        const PlanChannel *channel = &g_array_index(plan, PlanChannel, i);

        g_string_append_printf(csv, "%s,%s,%s,%s,%s://%u.%u.%u.%u:%u,%s,%u,yes\n", channel->id,
                               channel->name, channel->short_name, channel->group,
                               channel->rtp ? "rtp" : "udp", channel->address >> 24,
                               channel->address >> 16 & 0xff, channel->address >> 8 & 0xff,
                               channel->address & 0xff, channel->port,
                               plan_is_multicast(channel) ? "lo" : "", channel->service_id);
    }
    return g_strdup(csv->str);
}
