/* Gives every image a new address once a second. ?count=N: how many there are. */
const COUNT = Number(new URLSearchParams(location.search).get("count") ?? 60);
const WIDTH = COUNT > 60 ? 86 : 172; /* as the wall shows so many at 1080p */
document.body.className = COUNT > 60 ? "dense" : "";
window.gantryPainted = { pictures: 0 };
const images = Array.from({ length: COUNT }, (_, i) => {
  const image = document.createElement("img");
  image.width = WIDTH;
  image.height = Math.round((WIDTH * 9) / 16);
  image.addEventListener("load", () => (window.gantryPainted.pictures += 1));
  document.body.append(image);
  return { image, id: `ch-${String(i + 1).padStart(2, "0")}` };
});
setInterval(() => {
  const t = Date.now();
  for (const { image, id } of images) image.src = `/api/v1/channels/${id}/thumb.jpg?w=192&t=${t}`;
}, 1000);
