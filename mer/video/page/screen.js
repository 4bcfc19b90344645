// What a visitor sees and hands over: a chosen video, or the own camera.
//
// Camera frames go to Python as JPEG in binary messages. At most three are under way, so that one
// is packed while another travels and the next is read: a slow Python gets fewer frames, never
// old ones. mediaTime is when a frame was taken, and presentedFrames counts all of them, so
// Python knows of every frame that it missed.
// A chosen file goes in pieces below every server's message limit (10 MiB), answered one by one.

const PIECE = 4 * 1024 * 1024;
const QUALITY = 0.85;
const AHEAD = 3; // frames that may be under way
const CAMERA = { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 30 } };

function make(tag, className, parent) {
  const element = document.createElement(tag);
  element.className = className;
  parent?.append(element);
  return element;
}

function render({ model, el }) {
  const screen = make("div", "mer-screen", el);
  const stage = make("div", "mer-stage", screen);
  const video = make("video", "mer-video", stage);
  const box = make("div", "mer-box", stage);
  const label = make("div", "mer-label", screen);
  const drop = make("label", "mer-drop", screen);
  const icon = make("span", "mer-drop-icon", drop);
  const text = make("span", "", drop);
  const input = make("input", "", drop);
  const canvas = document.createElement("canvas");
  icon.textContent = "🎞️";
  Object.assign(input, { type: "file", accept: "video/*,.mkv,.webm,.avi,.mov,.mp4" });
  Object.assign(video, { muted: true, playsInline: true });

  const say = (kind, facts = {}, buffers = []) =>
    model.send({ kind, ...facts }, undefined, buffers);

  function show(what) { // "nothing", "camera" or "file"
    screen.dataset.shows = what;
    video.controls = what === "file";
    box.style.display = "none";
    label.textContent = "";
    words();
  }

  function words() {
    const { choose = "", choose_touch = "", another = "", tab = "" } = model.get("words");
    const first = matchMedia("(pointer: coarse)").matches ? choose_touch : choose;
    text.textContent = screen.dataset.shows === "file" ? another : first;
    input.setAttribute("aria-label", text.textContent);
    if ("voila" in document.body.dataset) document.title = tab; // a page of its own
  }

  function fit() { // the stage is as large as fits, and just what the picture fills
    const { videoWidth: width, videoHeight: height } = video;
    const wide = width / height >= screen.clientWidth / screen.clientHeight;
    Object.assign(stage.style, { aspectRatio: `${width} / ${height}`,
      width: wide ? "100%" : "auto", height: wide ? "auto" : "100%" });
  }

  // -- camera ------------------------------------------------------------------------------

  let stream = null;
  let unanswered = 0; // frames that Python has not answered yet
  let visit = 0; // counts starts: an answer to an earlier one is late

  async function open() {
    const mine = ++visit;
    if (!navigator.mediaDevices?.getUserMedia) return fail("insecure");
    if (!("requestVideoFrameCallback" in video)) return fail("old");
    let opened;
    try {
      opened = await navigator.mediaDevices.getUserMedia({ video: CAMERA, audio: false });
    } catch (error) {
      return mine === visit && fail(error.name);
    }
    if (mine !== visit) return opened.getTracks().forEach((track) => track.stop());
    stream = opened;
    unanswered = 0;
    const [track] = stream.getVideoTracks();
    track.addEventListener("ended", () => stream === opened && fail("unplugged"));
    forget();
    video.srcObject = stream;
    await video.play().catch(() => {});
    show("camera");
    const { width = 0, height = 0, frameRate = 0 } = track.getSettings();
    say("camera", { width, height, rate: frameRate });
    video.requestVideoFrameCallback(next);
  }

  function close() {
    visit += 1;
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    if (video.srcObject) {
      video.srcObject = null;
      show("nothing");
    }
  }

  function fail(reason) {
    close();
    say("failed", { reason });
  }

  function next(now, { mediaTime, presentedFrames, width, height }) {
    if (!stream) return;
    video.requestVideoFrameCallback(next);
    if (unanswered === AHEAD) return;
    unanswered += 1;
    const mine = visit;
    Object.assign(canvas, { width, height });
    canvas.getContext("2d").drawImage(video, 0, 0, width, height);
    canvas.toBlob(async (blob) => {
      const bytes = blob && (await blob.arrayBuffer());
      if (mine !== visit) return;
      if (!bytes) return void (unanswered -= 1);
      say("frame", { time: mediaTime, presented: presentedFrames, visit }, [bytes]);
    }, "image/jpeg", QUALITY);
  }

  function answer({ visit: of, box: place, word, colour }) {
    if (of !== visit) return;
    unanswered -= 1;
    box.style.display = place ? "block" : "none";
    label.textContent = word;
    if (!place) return;
    const [x, y, side] = place; // shares of the picture's width
    const ratio = canvas.width / canvas.height;
    Object.assign(box.style, { borderColor: colour, left: `${100 * x}%`, width: `${100 * side}%`,
      top: `${100 * y * ratio}%`, height: `${100 * side * ratio}%` });
  }

  // -- files -------------------------------------------------------------------------------

  let file = null;

  function play(source) {
    forget();
    video.srcObject = null;
    video.src = URL.createObjectURL(source);
    show("file");
    video.play().catch(() => {});
  }

  function forget() {
    if (video.src.startsWith("blob:")) URL.revokeObjectURL(video.src);
    video.removeAttribute("src");
    video.load();
  }

  function offer(chosen) {
    if (!chosen) return;
    const { name, size } = chosen;
    if (size > model.get("limit")) return say("refused", { name, size });
    file = chosen;
    say("begin", { name, size });
  }

  async function piece(from) {
    try {
      say("piece", { from }, [await file.slice(from, from + PIECE).arrayBuffer()]);
    } catch {
      say("unreadable", { name: file.name }); // moved or changed since it was chosen
    }
  }

  // -- the copy with all drawn in ------------------------------------------------------------

  let copy = null; // its name, size and the pieces that are here

  function again() { // Python has kept nothing of the file
    if (file) say("begin", { name: file.name, size: file.size, again: true });
  }

  function begin({ name, size }) {
    copy = { name, size, got: 0, pieces: [] };
    say("more", { from: 0 });
  }

  function part({ from }, [bytes]) {
    if (copy?.got !== from) return;
    copy.pieces.push(bytes);
    copy.got += bytes.byteLength;
    if (copy.got < copy.size) return say("more", { from: copy.got });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob(copy.pieces, { type: "video/x-matroska" }));
    link.download = copy.name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    copy = null;
  }

  video.addEventListener("resize", fit);
  input.addEventListener("change", () => {
    offer(input.files[0]);
    input.value = ""; // so that the same file can be chosen again
  });
  drop.addEventListener("dragover", (event) => event.preventDefault());
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    offer(event.dataTransfer.files[0]);
  });

  // -- Python ------------------------------------------------------------------------------

  const kinds = {
    answer,
    wanted: ({ from }) => file && piece(from),
    received: () => file && play(file),
    play: ({ type }, [bytes]) => play(new Blob([bytes], { type })),
    again,
    copy: begin,
    part,
    blank: () => { file = null; if (!stream) { forget(); show("nothing"); } },
  };
  const hear = (message, buffers) => kinds[message.kind]?.(message, buffers ?? []);
  const turn = () => (model.get("on") ? open() : close());
  model.on("msg:custom", hear);
  model.on("change:on", turn);
  model.on("change:words", words);
  show("nothing");

  return () => {
    close();
    forget();
    model.off("msg:custom", hear);
    model.off("change:on", turn);
    model.off("change:words", words);
  };
}

export default { render };
