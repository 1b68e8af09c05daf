"""Where two measurers differ and both are right: our value, theirs, and the convention that says why."""

DAMAGED = "TSDuck throws packets with transport_error_indicator away and finds a gap at each; they were received, not lost"
SUPPLEMENTARY = "ffprobe takes the language of the supplementary_audio_descriptor; ours is of the ISO_639_language_descriptor"
BY_PMT = "a codec is what the PMT says; ffprobe looks into the stream"
TWO_MUXES = "the file is cut from two multiplexes that use one PID for different PMTs; ffprobe takes either for the service"
NO_SUCH_GAP = "tsreport sees intervals of 2^33 ticks where no two PCRs lie more than 33.378 ms apart"
NOT_LISTED = ("the PMT lists PID 33 at packet 3 alone; from packet 32 on it does not, under the same version, and the first "
              "message comes at packet 42: they belong to no service")
FROM_PMT = "time stamps are counted from the first PMT on, which comes after some"
CORE = "of HE-AAC the header tells rate and channels of the core; ffprobe decodes what widens it"

# (stream, value, tool): (ours, theirs, why).
CONVENTIONS = {
    ("tsduck/test-026.ts", "pid 131 language", "ffprobe"): ("qad", "fra", SUPPLEMENTARY),
    ("tsduck/test-026.csa.ts", "pid 131 language", "ffprobe"): ("qad", "fra", SUPPLEMENTARY),
    ("rust-dvb/m6-single.ts", "pid 131 language", "ffprobe"): ("qad", "fra", SUPPLEMENTARY),
    ("rust-dvb/m6-single.ts", "pid 132 language", "ffprobe"): ("qaa", "fra", TWO_MUXES),
    ("tsduck/test-012.ts", "pid 1068 pts", "TSDuck"): (908, 916, FROM_PMT),
    ("tsduck/test-025.ts", "pid 4096 pts", "TSDuck"): (74, 75, FROM_PMT),
    ("tsduck/test-025.ts", "pid 4097 pts", "TSDuck"): (120, 123, FROM_PMT),
    ("shaka/id3-metadata.ts", "pid 256 sample_rate", "ffprobe"): (24000, 48000, CORE),
    ("shaka/id3-metadata.ts", "pid 256 channels", "ffprobe"): (1, 2, CORE),
    ("captions/BigBuckBunny_256x144-24fps.ts", "pid 494 sample_rate", "ffprobe"): (24000, 48000, CORE),
    ("fate/mpeg2_field_encoding.ts", "pid 4131 frame rate", "ffprobe"): (
        25.0, 50.0, "25 pictures a second, says the sequence header; each comes as two fields, which ffprobe counts"),
    ("tsduck/test-030.ts", "cc_events", "manifest"): (
        5, 6, "nothing is read from a packet with transport_error_indicator: two gaps beside such ones are one event"),
    ("tsduck/test-030.ts", "pid 274 discontinuities", "TSDuck"): (4, 11, DAMAGED),
    ("tsduck/test-041.ts", "1.4 events", "TSDuck"): (
        2, 3, "no packet is lost where the counter of one without payload moves: counted apart, not as 1.4"),
    ("tsduck/test-041.ts", "1.4 last packet", "TSDuck"): (11, 20, "as its 1.4 events"),
    ("tsduck/test-101.ts", "NIT 4 name", "TSDuck"): (
        "\ufffd", "BS Digital", "the text is ARIB's, which TSDuck was told; ours reads DVB text and shows nothing of it"),
    ("tsduck/test-072.ts", "pid 100 codec", "ffprobe"): ("MPEG audio", "AAC", BY_PMT),
    ("tsduck/test-072.ts", "pid 101 PES units", "ffprobe"): (
        300, 593, "bytes follow the stated length of 293 PES packets; ffprobe makes a packet of them"),
    ("small-teton/sample_192byte_video_mpeg2_320x240_25fps_audio_mp2_48000Hz.ts", "pid 4352 codec", "ffprobe"): (
        None, "MPEG audio", BY_PMT),
    ("fate/loewe.ts", "pid 1362 codec", "ffprobe"): ("AAC", "AAC LATM", BY_PMT),
    ("moq/bbb5s.ts", "splice commands 0x06", "manifest"): (0, 5, NOT_LISTED),
    ("moq/bbb5s.ts", "SCTE-35 messages", "TSDuck"): (0, 5, NOT_LISTED),
    ("androidx/sample_ait.ts", "tracks", "androidx"): (
        3, 2, "androidx makes no track of a DSM-CC component, here PID 371"),
    ("shaka/main.ts", "pid 258 PCR intervals above 100 ms", "tstools"): (0, 10, NO_SUCH_GAP),
    ("shaka/main.ts", "pid 258 longest PCR interval in ms", "tstools"): (33.378, 95443717.68888889, NO_SUCH_GAP),
    ("tsduck/test-142.ts", "packets", "manifest"): (
        295, 299, "five packets with a wrong sync byte are no packets; sync is found again on the first good one"),
    ("tsduck/test-142.ts", "cc_events", "manifest"): (16, 15, "follows from the packets"),
    ("tsduck/test-142.ts", "cc_missing", "manifest"): (30, 27, "follows from the packets"),
    ("tsduck/test-142.ts", "sync_losses", "manifest"): (1, 2, "the five bad packets stand in one row"),
    ("tsduck/test-144.ts", "cc_missing", "manifest"): (
        3, 9, "a packet with the reserved adaptation_field_control 0 has no counter that counts"),
    ("tsduck/test-184.ts", "crc_errors", "manifest"): (
        1, 3, "one EIT section fails its CRC, and TSDuck counts all others; what a new section cuts short is no section"),
}


def stated(stream, tool, value):
    """The convention by which @value may differ, or None."""
    found = CONVENTIONS.get((stream, value.name, tool))
    return found[2] if found and (value.ours, value.theirs) == found[:2] else None
