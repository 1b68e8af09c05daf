"""What is in the labelled set: files of scenes one behind the other, and what is true of each."""
import dataclasses

import scenes

H264, HEVC, MPEG2 = "h264", "hevc", "mpeg2"


@dataclasses.dataclass(frozen=True)
class Form:
    """How a file is coded."""
    name: str
    w: int
    h: int
    fps: int  # pictures a second
    codec: str
    sounds: tuple  # a coding a stream
    gop: int  # pictures
    interlaced: bool = False
    mbps: float = 6

    @property
    def size(self):
        return f"{self.w}x{self.h}"


FORMS = {form.name: form for form in (
    Form("h264-1080p25", 1920, 1080, 25, H264, ("mp2",), 50, mbps=8),
    Form("h264-720p50", 1280, 720, 50, H264, ("aac",), 50),
    Form("h264-1080i25-open", 1920, 1080, 25, H264, ("ac3-51",), 24, True, 8),
    Form("hevc-1080p25", 1920, 1080, 25, HEVC, ("eac3",), 50, mbps=5),
    Form("mpeg2-576i", 720, 576, 25, MPEG2, ("mp2",), 12, True, 4),
    Form("h264-576p25", 1024, 576, 25, H264, ("opus",), 64, mbps=3),
    Form("small", 480, 270, 25, H264, ("mp2",), 50, mbps=1.5),
    Form("small-long-gop", 480, 270, 25, H264, ("aac",), 100, mbps=1.5),
    Form("small-mpeg2", 720, 576, 25, MPEG2, ("mp2",), 12, False, 3),
    Form("two-sounds", 320, 180, 25, H264, ("mp2", "aac"), 50, mbps=0.5),
    Form("surround", 320, 180, 25, H264, ("ac3-51",), 50, mbps=0.5),
)}


@dataclasses.dataclass(frozen=True)
class Scene:
    """A piece of a file. @kind: what it is in truth, "" for nothing wrong."""
    make: object  # the scene's function
    seconds: float
    kind: str = ""
    before_s: float = 0  # of other pictures in the same scene, before it is what it is
    noise: int = 0

    def graph(self, form):
        if self.before_s:
            return scenes.freeze(self.make, self.before_s, self.seconds, form, self.noise)
        return self.make(self.seconds, form)


@dataclasses.dataclass(frozen=True)
class File:
    name: str
    form: Form
    pictures: tuple  # of Scene
    sounds: tuple  # of tuples of Scene, one a stream of sound
    negative: bool = False

    @property
    def seconds(self):
        return sum(scene.seconds + scene.before_s for scene in self.pictures)


def events(pieces, lead_s):
    """(kind, start, end) of what is true of @pieces. A picture that stays is still since it was shown first: @lead_s
    before the others repeat it."""
    at_s, found = 0, []
    for piece in pieces:
        start_s = at_s + piece.before_s
        at_s = start_s + piece.seconds
        if piece.kind:
            found.append((piece.kind, start_s - (lead_s if piece.before_s else 0), at_s))
    return found


def live(seconds):
    return Scene(scenes.live, seconds)


def stays(seconds, noise=0, before_s=4):
    return Scene(scenes.live, seconds, "freeze-noise" if noise else "freeze", before_s, noise)


def black(seconds, make=scenes.black):
    return Scene(make, seconds, "black")


def sound(seconds):
    return Scene(scenes.speech, seconds)


def silent(seconds, make=scenes.silence):
    return Scene(make, seconds, "silence")


def every_kind(name, shift, dear=False):
    """All that can be wrong with pictures and sound, coded as @name; @shift moves it against the key frames. @dear: what costs
    the least to encode of it."""
    form = FORMS[name]
    pictures = (live(3 + shift), black(6), live(2.48), stays(11, before_s=2.48), live(2), stays(11.2, noise=2, before_s=2))
    if not dear:
        pictures += (live(2), black(5.2, scenes.black_with_logo), live(2), Scene(scenes.colour, 10.4, "colour"), live(2),
                     Scene(scenes.bars, 10.8, "bars"), live(2), Scene(scenes.slate, 10.4, "slate"))
    pictures += (live(3),)
    seconds = sum(scene.seconds + scene.before_s for scene in pictures)
    sounds = (sound(3 + shift), silent(11), sound(6), silent(10.4, scenes.room), sound(seconds - 30.4 - shift))
    return File(f"all-{name}", form, pictures, tuple(sounds for _ in form.sounds))


def sweep(name, form, make, make_sound, lengths):
    """One kind, from short to long."""
    pictures, sounds = [live(3)], [sound(3)]
    for index, seconds in enumerate(lengths):
        between = 4 + 0.28 * index
        pictures += [make(seconds), live(between)]
        sounds += [make_sound(seconds), sound(between)]
    return File(name, FORMS[form], tuple(pictures), (tuple(sounds),))


def freeze_sweep(lengths):
    pictures, sounds, total = [live(3)], [], 3
    for index, seconds in enumerate(lengths):
        pictures.append(stays(seconds, before_s=4 + 0.28 * index))
        total += seconds + 4 + 0.28 * index
    return File("sweep-freeze", FORMS["small"], (*pictures, live(4)), ((*sounds, sound(total + 4)),))


def harmless(name, make, seconds=24, form="small", make_sound=scenes.speech):
    """Nothing is wrong in it, whatever it looks like."""
    form = FORMS[form]
    return File(f"fine-{name}", form, (Scene(make, seconds),), tuple((Scene(make_sound, seconds),) for _ in form.sounds), True)


SHORT_TO_LONG = (0.2, 0.52, 1, 2, 3, 4.48, 5, 5.6, 8, 10, 10.8, 15, 30, 60)

FILES = (
    every_kind("h264-1080p25", 0.52),
    every_kind("h264-720p50", 1),
    every_kind("h264-1080i25-open", 1.32, dear=True),
    every_kind("hevc-1080p25", 0.2, dear=True),
    every_kind("mpeg2-576i", 0.72),
    every_kind("h264-576p25", 1.6),
    sweep("sweep-black", "small", black, sound, SHORT_TO_LONG),
    sweep("sweep-black-long-gop", "small-long-gop", black, sound, (5, 5.6, 6.4, 8, 12)),
    freeze_sweep(SHORT_TO_LONG),
    sweep("sweep-silence", "small", live, silent, SHORT_TO_LONG),
    File("one-of-two-silent", FORMS["two-sounds"], (live(40),), ((sound(40),), (sound(12), silent(14), sound(14)))),
    File("surround-silent", FORMS["surround"], (live(40),), ((sound(12), silent(12), Scene(scenes.centre_only, 16)),)),
    harmless("logo-on-dark", scenes.logo_on_dark),
    harmless("film-grain", scenes.grain),
    harmless("film-grain-576", scenes.grain, form="small-mpeg2"),
    harmless("slow-zoom", scenes.drift),
    harmless("fades", scenes.fades, 40),
    harmless("night-drama", scenes.night),
    harmless("night-drama-hd", scenes.night, 12, "h264-1080p25"),
    harmless("low-key", scenes.low_key),
    harmless("credits", scenes.credits),
    harmless("sport", scenes.sport),
    harmless("sport-576i", scenes.sport, 16, "mpeg2-576i"),
    harmless("studio", scenes.studio, 36),
    harmless("studio-hd", scenes.studio, 14, "h264-1080p25"),
    harmless("ticker", scenes.ticker),
    harmless("clock", scenes.clock),
    harmless("mono", scenes.live, 24, "two-sounds", scenes.mono),
    harmless("quiet-drama", scenes.live, 30, "two-sounds", scenes.quiet_drama),
    harmless("centre-only", scenes.live, 24, "surround", scenes.centre_only),
)
