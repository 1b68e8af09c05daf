"""Short clips of real coding, made by the distribution's ffmpeg and kept in a folder, and the transport packets in them."""
import hashlib
import os
import pathlib
import subprocess

PACKET = 188
NULL = 0x1fff
TONE = "aevalsrc='{}':s=48000:channel_layout={}:d={},asetnsamples=n={}"
LAYOUTS = {1: "mono", 2: "stereo", 6: "5.1"}
FRAMES = {"mp2": 1152, "mp2-dual": 1152, "aac": 1024, "aac-latm": 1024, "ac3": 1536, "eac3": 1536, "opus": 960}  # samples
USER_DATA, FIRST_SLICE = b"\0\0\1\xb2", b"\0\0\1\1"  # start codes of MPEG-2 video
X265 = "log-level=error:pools=none:frame-threads=1:keyint={0}:min-keyint={0}:scenecut=0:open-gop=0:repeat-headers=1:aud=1{1}"


class Sound:
    """One stream of sound: codec as ffmpeg calls it, or aac-latm, or mp2-dual: two languages in the channels of one stream."""
    def __init__(self, codec="mp2", channels=2, language="eng", tone_hz=440, rate="128k", **more):
        self.codec, self.channels, self.language, self.tone_hz, self.rate = codec, channels, language, tone_hz, rate
        self.tones = more.pop("tones", None)  # of all channels, as ffmpeg's expressions

    def graph(self, index, seconds):
        tones = "|".join(f"0.25*sin({2 * self.tone_hz + 40 * channel}*PI*t)" for channel in range(self.channels))
        return TONE.format(self.tones or tones, LAYOUTS[self.channels], seconds, FRAMES[self.codec]) + f"[a{index}]"

    def options(self, index):
        codec = {"aac-latm": "aac", "opus": "libopus", "mp2-dual": "libtwolame"}.get(self.codec, self.codec)
        dual = [f"-mode:a:{index}", "dual_channel"] if self.codec == "mp2-dual" else []
        return [f"-c:a:{index}", codec, *dual, f"-b:a:{index}", self.rate, f"-metadata:s:a:{index}", f"language={self.language}"]


class Clip:
    """What is to be encoded. @picture: a filter graph that ends in pictures of any size."""
    def __init__(self, name, codec="h264", size="352x288", fps=25, **more):
        self.name, self.codec, self.size, self.fps = name, codec, size, fps
        self.interlaced = more.pop("interlaced", False)
        self.sounds = more.pop("sounds", [Sound()])
        self.seconds = more.pop("seconds", 4)
        self.gop = more.pop("gop", fps // 2)
        self.rate = more.pop("rate", "600k")
        self.picture = more.pop("picture", "testsrc2")
        self.options = more.pop("options", [])  # of the encoder
        self.params = more.pop("params", "")  # of x264 or x265
        self.pixels = more.pop("pixels", "yuv420p")
        self.afd = more.pop("afd", None)  # active format of every picture, 0 to 15; MPEG-2 without B pictures
        assert not more, more

    def graph(self):
        head = f"{self.picture}=s={self.size}:r={self.fps}" if "=" not in self.picture else self.picture
        fields = ",tinterlace=interleave_top,fieldorder=tff" if self.interlaced else ""
        head = head.replace(f"r={self.fps}", f"r={2 * self.fps}") if self.interlaced else head
        return f"{head}{fields},scale={self.size.replace('x', ':')},setsar=1,format={self.pixels},trim=duration={self.seconds}[v]"

    def coding(self):
        gop = str(self.gop)
        if self.codec in ("mpeg2video", "mpeg1video"):
            return ["-c:v", self.codec, "-b:v", self.rate, "-maxrate", self.rate, "-bufsize", "1M", "-g", gop, "-bf", "0" if self.codec == "mpeg1video" else "2",
                    "-flags", "+cgop" + ("+ildct+ilme" if self.interlaced else ""), "-sc_threshold", "1000000000", "-mpv_flags", "+strict_gop"]
        if self.codec == "hevc":
            return ["-c:v", "libx265", "-preset", "ultrafast", "-b:v", self.rate, "-x265-params", X265.format(gop, self.params)]
        return ["-c:v", "libx264", "-preset", "veryfast", "-b:v", self.rate, "-g", gop, "-keyint_min", gop, "-sc_threshold", "0",
                *(["-flags", "+ildct+ilme"] if self.interlaced else []), "-x264-params", "aud=1" + (":tff=1" if self.interlaced else "") + self.params]

    def command(self):
        graph = ";".join([self.graph()] + [sound.graph(i, self.seconds) for i, sound in enumerate(self.sounds)])
        words = ["-filter_complex_threads", "1", "-filter_complex", graph, "-map", "[v]"]
        for index, sound in enumerate(self.sounds):
            words += ["-map", f"[a{index}]", *sound.options(index)]
        latm = "+latm" if any(sound.codec == "aac-latm" for sound in self.sounds) else ""
        return [*words, "-r", str(self.fps), *self.coding(), *self.options, "-threads", "1",
                "-pes_payload_size", "0", "-mpegts_flags", "system_b" + latm, "-muxdelay", "0.3", "-f", "mpegts"]

    def make(self, folder):
        """Encodes unless @folder has it, made by the same command. Returns: its bytes."""
        command = self.command()
        path = pathlib.Path(folder) / f"{self.name}-{hashlib.sha256(repr((command, self.afd)).encode()).hexdigest()[:12]}.ts"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_suffix(f".{os.getpid()}")
            ffmpeg(*command, part)
            if self.afd is not None:
                self.say_afd(part)
            os.replace(part, path)
        return path.read_bytes()


    def say_afd(self, path):
        """Puts afd_data() of ETSI TS 101 154, annex B, into every picture, which no encoder here does."""
        pictures, muxed = path.with_suffix(".m2v"), path.with_suffix(".muxed")
        ffmpeg("-i", path, "-map", "0:v", "-c", "copy", "-f", "mpeg2video", pictures)
        afd_data = USER_DATA + b"DTG1" + bytes([0x41, 0xf0 | self.afd])
        pictures.write_bytes(pictures.read_bytes().replace(FIRST_SLICE, afd_data + FIRST_SLICE))
        ffmpeg("-fflags", "+genpts", "-r", str(self.fps), "-f", "mpegvideo", "-i", pictures, "-i", path, "-map", "0:v", "-map", "1:a", "-c", "copy",
               "-pes_payload_size", "0", "-mpegts_flags", "system_b", "-muxdelay", "0.3", "-f", "mpegts", muxed)
        pictures.unlink()
        os.replace(muxed, path)


def ffmpeg(*words):
    subprocess.run(["ffmpeg", "-hide_banner", "-loglevel", "error", "-nostdin", "-y", *map(str, words)], check=True)


def pid_of(packet):
    return (packet[1] & 0x1f) << 8 | packet[2]


def starts_unit(packet):
    return bool(packet[1] & 0x40)


def payload_at(packet):
    """Where the payload begins; PACKET without one."""
    if not packet[3] & 0x10:
        return PACKET
    return min(PACKET, 5 + packet[4] if packet[3] & 0x20 else 4)


def packets_of(stream):
    """The packets of a stream in sync; what is left over at the end is left out."""
    return [stream[at:at + PACKET] for at in range(0, len(stream) - PACKET + 1, PACKET)]


def section_in(packet):
    """(where it begins, its end) of the section that begins in a packet, as far as the packet holds it; None without one."""
    at = payload_at(packet)
    if not starts_unit(packet) or at >= PACKET - 4:
        return None
    begin = at + 1 + packet[at]
    if begin + 3 > PACKET:
        return None
    return begin, min(PACKET, begin + 3 + ((packet[begin + 1] & 0x0f) << 8 | packet[begin + 2]))


def crc32(data):
    """CRC of MPEG sections."""
    crc = 0xffffffff
    for byte in data:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1 ^ 0x04c11db7 if crc & 0x80000000 else crc << 1) & 0xffffffff
    return crc
