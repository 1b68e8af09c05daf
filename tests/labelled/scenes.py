"""Scenes as filter graphs of ffmpeg: pictures and sound, each of so many seconds, all made up."""

FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf"
RATE_HZ = 48000


def text(words, size, rest):
    return f"drawtext=fontfile={FONT}:text='{words}':fontsize=h/{size}:fontcolor=white:{rest}"


def still_set(form):
    """One picture of a room with a desk and lamps, as a stream of one frame."""
    return (f"gradients=s={form.size}:r=1:d=1:n=4:seed=7:speed=0.00001:c0=0x304060:c1=0x806050:c2=0x405030:c3=0x907040,"
            "drawbox=x=iw*0.1:y=ih*0.62:w=iw*0.8:h=ih*0.2:color=0x5a3a20:t=fill,"
            "drawbox=x=iw*0.7:y=ih*0.12:w=iw*0.2:h=ih*0.3:color=0x2060a0:t=fill,"
            "drawgrid=w=iw/16:h=ih/9:t=2:c=0x202020@0.6")


def held(picture, seconds, form):
    """One picture, shown for so long at the form's rate."""
    return f"{picture},trim=end_frame=1,loop=loop=-1:size=1,setpts=N/({form.fps}*TB),fps={form.fps},trim=duration={seconds}"


def live(seconds, form):
    return f"testsrc2=s={form.size}:r={form.fps}:d={seconds}"


def sport(seconds, form):
    """A wide pitch that the camera follows fast, with players on it."""
    return (f"testsrc2=s={form.w * 2}x{form.h}:r={form.fps}:d={seconds},"
            f"crop=w=iw/2:h=ih:x='(iw/2)*(0.5+0.5*sin(2.3*t))':y=0,noise=alls=6:allf=t")


def black(seconds, form):
    return f"color=black:s={form.size}:r={form.fps}:d={seconds}"


def black_with_logo(seconds, form):
    """Black but for a station's sign on a hundredth of the picture."""
    return f"{black(seconds, form)},drawbox=x=iw*0.86:y=ih*0.06:w=iw*0.1:h=ih*0.1:color=white:t=fill"


def colour(seconds, form):
    return f"color=0x1030c0:s={form.size}:r={form.fps}:d={seconds}"


def bars(seconds, form):
    return f"smptehdbars=s={form.size}:r={form.fps}:d={seconds}"


def slate(seconds, form):
    picture = (f"color=0x203060:s={form.size}:r=1:d=1,drawbox=x=iw*0.2:y=ih*0.35:w=iw*0.6:h=ih*0.3:color=0xa02020:t=fill,"
               + text("We will be back soon", 14, "x=(w-tw)/2:y=(h-th)/2"))
    return held(picture, seconds, form)


def logo_on_dark(seconds, form):
    """A dark picture; a bright sign on three hundredths of it breathes."""
    return (f"{black(seconds, form)},drawbox=x=iw*0.7:y=ih*0.05:w=iw*0.25:h=ih*0.14:color=white:t=fill,"
            "eq=brightness='-0.1+0.08*sin(2*t)':eval=frame")


def grain(seconds, form):
    """A still shot on film: what moves is the grain."""
    return f"{held(still_set(form), seconds, form)},noise=alls=22:allf=t"


def drift(seconds, form):
    """A still picture that the camera comes slowly closer to."""
    return (f"{held(still_set(form), seconds, form)},"
            f"zoompan=z='1+0.0006*on':x='iw/2-iw/zoom/2':y='ih/2-ih/zoom/2':d=1:s={form.size}:fps={form.fps}")


def fades(seconds, form):
    """Every scene fades to black within a second, stays there for one and a half, and comes back."""
    level = "clip(abs(mod(t\\,10)-5)-0.75\\,0\\,1)"
    return f"{live(seconds, form)},lutyuv=y=val,eq=brightness='-1+{level}':contrast='{level}':eval=frame"


def night(seconds, form):
    """A night drama: nearly all is just above black, some faces and lamps are not."""
    return f"{live(seconds, form)},lutyuv=y='clip(16+(val-16)*0.2\\,16\\,80)':u='128+(val-128)*0.3':v='128+(val-128)*0.3',noise=alls=3:allf=t"


def low_key(seconds, form):
    """One lit face in a dark room, on a tenth of the picture."""
    face = "0.5+0.5*sin(0.7*t)"
    return (f"color=0x0c0c0c:s={form.size}:r={form.fps}:d={seconds}[dark];"
            f"testsrc2=s={form.w // 4 // 2 * 2}x{form.h * 2 // 5 // 2 * 2}:r={form.fps}:d={seconds},lutyuv=y='16+(val-16)*0.5'[face];"
            f"[dark][face]overlay=x='(W-w)*(0.4+0.1*({face}))':y='(H-h)/2'")


def credits(seconds, form):
    lines = "\n".join(f"Somebody or other    as number {n}" for n in range(60))
    return f"{black(seconds, form)},{text(lines, 16, 'x=(w-tw)/2:y=h*0.6-t*h/12:line_spacing=12')}"


def studio(seconds, form):
    """A presenter at a desk: the set stands, a mouth moves, with breaks of two seconds."""
    mouth = f"testsrc2=s={form.w // 20 // 2 * 2}x{form.h // 20 // 2 * 2}:r={form.fps}:d={seconds}"
    return (f"{held(still_set(form), seconds, form)}[set];{mouth}[mouth];"
            "[set][mouth]overlay=x=W*0.48:y=H*0.4:enable='lt(mod(t\\,7)\\,5)'")


def ticker(seconds, form):
    """A picture that stands, and a line of news that runs under it."""
    words = "   ".join(f"item {n} of the news" for n in range(40))
    return f"{held(still_set(form), seconds, form)},{text(words, 18, 'x=w-t*w/8:y=h*0.92')}"


def clock(seconds, form):
    """The slate before a programme: all stands but the seconds."""
    seconds_shown = text("%{eif\\:t\\:d}", 8, "x=w*0.45:y=h*0.8")
    return f"{slate(seconds, form)},{seconds_shown}"


def freeze(scene, live_s, seconds, form, noise=0):
    """A scene whose last picture stays; @noise: what the way to the encoder adds to it."""
    rest = f",noise=alls={noise}:allf=t" if noise else ""
    return f"{scene(live_s, form)},tpad=stop_mode=clone:stop_duration={seconds}{rest},trim=duration={live_s + seconds}"


def speech(seconds, layout, seed=3):
    return (f"anoisesrc=color=pink:r={RATE_HZ}:a=0.8:seed={seed}:d={seconds},bandpass=f=700:t=h:w=900,"
            f"volume='0.4+0.6*abs(sin(2.1*t)*sin(5.3*t))':eval=frame,{spread(layout)}")


def spread(layout):
    """One channel to all of @layout, not the same in all of them."""
    if layout == "5.1":
        return "pan=5.1|c0=0.5*c0|c1=0.45*c0|c2=0.8*c0|c3=0.1*c0|c4=0.2*c0|c5=0.25*c0"
    return "pan=stereo|c0=c0|c1=0.8*c0"


def silence(seconds, layout):
    return f"anullsrc=r={RATE_HZ}:cl={layout},atrim=duration={seconds}"


def noise_of(level_dbfs, seconds, layout, seed=5):
    """White noise whose RMS is @level_dbfs in the loudest channel."""
    amplitude = 10 ** (level_dbfs / 20) * 3 ** 0.5
    return f"anoisesrc=color=white:r={RATE_HZ}:a={amplitude:.7f}:seed={seed}:d={seconds},pan={layout}|" + "|".join(
        f"c{n}=c0" for n in range(6 if layout == "5.1" else 2))


def room(seconds, layout):
    """The line noise of a studio that nobody is in: below -60 dBFS."""
    return noise_of(-72, seconds, layout)


def mono(seconds, layout):
    """The same on both sides."""
    return (f"anoisesrc=color=pink:r={RATE_HZ}:a=0.5:seed=9:d={seconds},bandpass=f=700:t=h:w=900,"
            "volume='0.4+0.6*abs(sin(2.1*t))':eval=frame,pan=stereo|c0=c0|c1=c0")


def quiet_drama(seconds, layout):
    """Rain behind a window, -50 to -58 dBFS."""
    return f"{noise_of(-54, seconds, layout)},volume='pow(10,0.2*sin(0.8*t))':eval=frame"


def centre_only(seconds, layout):
    """Of six channels, only the one for speech."""
    return (f"anoisesrc=color=pink:r={RATE_HZ}:a=0.5:seed=4:d={seconds},bandpass=f=700:t=h:w=900,"
            "volume='0.2+0.5*abs(sin(2.1*t))':eval=frame,pan=5.1|c0=0*c0|c1=0*c0|c2=c0|c3=0*c0|c4=0*c0|c5=0*c0")
