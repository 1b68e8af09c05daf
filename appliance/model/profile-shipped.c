/* The profiles that every box has. Each says what it is for, and of each setting why it differs. */
#include "appliance/model/alarm-profile.h"

#define FAULT_IS(fault, field, value, why)                                                         \
    {                                                                                              \
        FAULT_##fault, PROFILE_##field, value, why                                                 \
    }
#define LIMIT_IS(limit, value, why)                                                                \
    {                                                                                              \
        FAULT_NONE, LIMIT_##limit, value, why                                                      \
    }

static const ProfileSetting hd_general[] = {
    FAULT_IS(PICTURE_BLACK, RAISE, 10, "Films fade to black between acts for several seconds"),
    FAULT_IS(PICTURE_BLACK, ESCALATE, 30, "End titles on black change within 30 s"),
    FAULT_IS(PICTURE_UNIFORM, RAISE, 10, "Idents and fades show one colour for some seconds"),
    FAULT_IS(PICTURE_UNIFORM, ESCALATE, 30, "As black"),
    FAULT_IS(PICTURE_FROZEN, RAISE, 20, "Title cards and stills in documentaries stand so long"),
    FAULT_IS(PICTURE_FROZEN, ESCALATE, 60, "No programme holds a still to the bit for a minute"),
    FAULT_IS(SOUND_SILENT, RAISE, 20, "Drama has silence on purpose"),
    FAULT_IS(SOUND_SILENT, ESCALATE, 60, "No programme is silent for a minute"),
};

static const ProfileSetting news[] = {
    FAULT_IS(PICTURE_BLACK, RAISE, 3, "A studio is never dark"),
    FAULT_IS(PICTURE_BLACK, ESCALATE, 8, "A studio is never dark"),
    FAULT_IS(PICTURE_FROZEN, RAISE, 6, "Tickers and clocks move all the time"),
    FAULT_IS(PICTURE_FROZEN, ESCALATE, 15, "A frozen live link is seen by everybody"),
    FAULT_IS(SOUND_SILENT, RAISE, 6, "Somebody speaks all the time"),
    FAULT_IS(SOUND_SILENT, ESCALATE, 15, "Somebody speaks all the time"),
    FAULT_IS(LIP_SYNC, ESCALATE, 30, "Faces fill the picture: it is seen at once"),
};

static const ProfileSetting sport[] = {
    FAULT_IS(PICTURE_FROZEN, RAISE, 8, "Play moves; score boards stand for some seconds"),
    FAULT_IS(PICTURE_FROZEN, ESCALATE, 20, "A frozen live link is seen by everybody"),
    FAULT_IS(SOUND_SILENT, RAISE, 6, "A stadium is never silent"),
    FAULT_IS(SOUND_SILENT, ESCALATE, 15, "A stadium is never silent"),
    FAULT_IS(BLOCKINESS, RAISE, 30, "Grass and water in motion are coded hard for some seconds"),
    FAULT_IS(SOUND_PHASE, RAISE, 30, "Crowd microphones are out of phase now and then"),
    LIMIT_IS(BITRATE_OFF, 0.5, "Motion takes much, interviews take little of a variable rate"),
    LIMIT_IS(LOUDNESS_TOLERANCE, 3, "Crowds carry the hour above the target"),
    LIMIT_IS(LOUDNESS_STEP, 7, "Crowds carry the hour above the target"),
};

#define NO_PICTURE "Radio has no picture, or one that stands"

static const ProfileSetting radio[] = {
    FAULT_IS(VIDEO_MISSING, ENABLED, 0, NO_PICTURE),
    FAULT_IS(PICTURE_BLACK, ENABLED, 0, NO_PICTURE),
    FAULT_IS(PICTURE_FROZEN, ENABLED, 0, NO_PICTURE),
    FAULT_IS(PICTURE_UNIFORM, ENABLED, 0, NO_PICTURE),
    FAULT_IS(PICTURE_UNDECODABLE, ENABLED, 0, NO_PICTURE),
    FAULT_IS(COLOUR_BARS, ENABLED, 0, NO_PICTURE),
    FAULT_IS(SLATE_SHOWN, ENABLED, 0, NO_PICTURE),
    FAULT_IS(BLOCKINESS, ENABLED, 0, NO_PICTURE),
    FAULT_IS(FRAME_RATE, ENABLED, 0, NO_PICTURE),
    FAULT_IS(LIP_SYNC, ENABLED, 0, NO_PICTURE),
    FAULT_IS(AUDIO_MISSING, SEVERITY, SEVERITY_CRITICAL, "Sound is all there is"),
    FAULT_IS(AUDIO_MISSING, IMPACT, IMPACT_OFF_AIR, "Sound is all there is"),
    FAULT_IS(SOUND_SILENT, IMPACT, IMPACT_OFF_AIR, "Sound is all there is"),
    FAULT_IS(SOUND_SILENT, ESCALATED, SEVERITY_CRITICAL, "Sound is all there is"),
    FAULT_IS(SOUND_SILENT, ESCALATE, 20, "Listeners turn away from 20 s of nothing"),
    LIMIT_IS(
        SILENCE_LEVEL, -70, "Soft music lies below -60 dBFS for a while, a dead line does not"),
    LIMIT_IS(LOUDNESS_TOLERANCE, 6, "Radio is processed louder than EBU R 128 asks of television"),
    LIMIT_IS(LOUDNESS_STEP, 12, "Radio is processed louder than EBU R 128 asks of television"),
    LIMIT_IS(BITRATE_OFF, 0.5, "Small rates vary much by their tables"),
};

#define NOT_ON_AIR "Nobody sees a stand-by feed; what it carries is not programme yet"

static const ProfileSetting backup_feed[] = {
    FAULT_IS(NO_PACKETS, RAISE, 10, "Stand-by feeds are switched over and over; that is no fault"),
    FAULT_IS(NO_PACKETS, SEVERITY, SEVERITY_MINOR, "Nobody is off air, but the reserve is gone"),
    FAULT_IS(NO_PACKETS, ESCALATE, 600, "Without a reserve for ten minutes somebody must act"),
    FAULT_IS(NO_PACKETS, ESCALATED, SEVERITY_MAJOR, "Without a reserve somebody must act"),
    FAULT_IS(SYNC_LOST, SEVERITY, SEVERITY_MINOR, NOT_ON_AIR),
    FAULT_IS(PAT_MISSING, SEVERITY, SEVERITY_MINOR, NOT_ON_AIR),
    FAULT_IS(PMT_MISSING, SEVERITY, SEVERITY_MINOR, NOT_ON_AIR),
    FAULT_IS(SERVICE_ABSENT, SEVERITY, SEVERITY_MINOR, NOT_ON_AIR),
    FAULT_IS(VIDEO_MISSING, SEVERITY, SEVERITY_MINOR, NOT_ON_AIR),
    FAULT_IS(AUDIO_MISSING, SEVERITY, SEVERITY_MINOR, NOT_ON_AIR),
    FAULT_IS(PICTURE_BLACK, ENABLED, 0, NOT_ON_AIR),
    FAULT_IS(PICTURE_FROZEN, ENABLED, 0, NOT_ON_AIR),
    FAULT_IS(PICTURE_UNIFORM, ENABLED, 0, NOT_ON_AIR),
    FAULT_IS(COLOUR_BARS, ENABLED, 0, NOT_ON_AIR),
    FAULT_IS(SLATE_SHOWN, ENABLED, 0, NOT_ON_AIR),
    FAULT_IS(SOUND_SILENT, ENABLED, 0, NOT_ON_AIR),
    FAULT_IS(SOUND_STREAM_SILENT, ENABLED, 0, NOT_ON_AIR),
    FAULT_IS(LOUDNESS, ENABLED, 0, NOT_ON_AIR),
    FAULT_IS(TRUE_PEAK, ENABLED, 0, "Line-up tone is loud"),
    FAULT_IS(BITRATE, ENABLED, 0, "A slate takes little of a variable rate"),
};

#define PROFILE(slug, what, table)                                                                 \
    {                                                                                              \
        .id = slug, .base = "default", .text = what, .settings = table,                            \
        .n_settings = G_N_ELEMENTS(table)                                                          \
    }

static const ProfileSource profiles[] = {
    {.id = "default",
     .base = "",
     .text = "The limits of ETSI TR 101 290, EBU R 128 and common probes"},
    PROFILE("hd-general",
            "Full programmes with films and drama: dark, still and silent stretches are meant",
            hd_general),
    PROFILE("news", "News and talk: always light, moving and speaking", news),
    PROFILE("sport", "Live sport: always moving and loud, with rates that swing", sport),
    PROFILE("radio", "Radio: sound only, with or without a standing picture", radio),
    PROFILE("backup-feed", "A stand-by feed: it must be there, whatever it shows", backup_feed),
};

const ProfileSource *
profile_shipped(size_t *ret_n)
{
    *ret_n = G_N_ELEMENTS(profiles);
    return profiles;
}
