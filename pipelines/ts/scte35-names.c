/* What SCTE 35 calls its values. */
#include "pipelines/ts/scte35.h"

static const char *const segmentations[0x52] = {
    [0x00] = "Not Indicated",
    [0x01] = "Content Identification",
    [0x02] = "Call Ad Server",
    [0x10] = "Program Start",
    [0x11] = "Program End",
    [0x12] = "Program Early Termination",
    [0x13] = "Program Breakaway",
    [0x14] = "Program Resumption",
    [0x15] = "Program Runover Planned",
    [0x16] = "Program Runover Unplanned",
    [0x17] = "Program Overlap Start",
    [0x18] = "Program Blackout Override",
    [0x19] = "Program Join",
    [0x1a] = "Program Immediate Resumption",
    [0x20] = "Chapter Start",
    [0x21] = "Chapter End",
    [0x22] = "Break Start",
    [0x23] = "Break End",
    [0x24] = "Opening Credit Start",
    [0x25] = "Opening Credit End",
    [0x26] = "Closing Credit Start",
    [0x27] = "Closing Credit End",
    [0x30] = "Provider Advertisement Start",
    [0x31] = "Provider Advertisement End",
    [0x32] = "Distributor Advertisement Start",
    [0x33] = "Distributor Advertisement End",
    [0x34] = "Provider Placement Opportunity Start",
    [0x35] = "Provider Placement Opportunity End",
    [0x36] = "Distributor Placement Opportunity Start",
    [0x37] = "Distributor Placement Opportunity End",
    [0x38] = "Provider Overlay Placement Opportunity Start",
    [0x39] = "Provider Overlay Placement Opportunity End",
    [0x3a] = "Distributor Overlay Placement Opportunity Start",
    [0x3b] = "Distributor Overlay Placement Opportunity End",
    [0x3c] = "Provider Promo Start",
    [0x3d] = "Provider Promo End",
    [0x3e] = "Distributor Promo Start",
    [0x3f] = "Distributor Promo End",
    [0x40] = "Unscheduled Event Start",
    [0x41] = "Unscheduled Event End",
    [0x42] = "Alternate Content Opportunity Start",
    [0x43] = "Alternate Content Opportunity End",
    [0x44] = "Provider Ad Block Start",
    [0x45] = "Provider Ad Block End",
    [0x46] = "Distributor Ad Block Start",
    [0x47] = "Distributor Ad Block End",
    [0x50] = "Network Start",
    [0x51] = "Network End",
};

static const char *const upids[0x12] = {
    [0x00] = "none",  [0x01] = "user defined", [0x02] = "ISCI",
    [0x03] = "Ad-ID", [0x04] = "UMID",         [0x05] = "ISAN (deprecated)",
    [0x06] = "ISAN",  [0x07] = "TID",          [0x08] = "TI",
    [0x09] = "ADI",   [0x0a] = "EIDR",         [0x0b] = "ATSC",
    [0x0c] = "MPU",   [0x0d] = "MID",          [0x0e] = "ADS",
    [0x0f] = "URI",   [0x10] = "UUID",         [0x11] = "SCR",
};

const char *
scte35_command_name(uint8_t command)
{
    switch (command) {
    case SCTE35_SPLICE_NULL:
        return "splice_null";
    case SCTE35_SPLICE_SCHEDULE:
        return "splice_schedule";
    case SCTE35_SPLICE_INSERT:
        return "splice_insert";
    case SCTE35_TIME_SIGNAL:
        return "time_signal";
    case SCTE35_BANDWIDTH_RESERVATION:
        return "bandwidth_reservation";
    case SCTE35_PRIVATE_COMMAND:
        return "private_command";
    default:
        return "";
    }
}

const char *
scte35_segmentation_name(uint8_t type_id)
{
    const bool listed = type_id < sizeof segmentations / sizeof segmentations[0];

    return listed && segmentations[type_id] ? segmentations[type_id] : "";
}

const char *
scte35_upid_name(uint8_t upid_type)
{
    const bool listed = upid_type < sizeof upids / sizeof upids[0];

    return listed && upids[upid_type] ? upids[upid_type] : "";
}
