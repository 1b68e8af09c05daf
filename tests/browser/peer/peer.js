/* Gives every image a new address once a second. */
const COUNT = 60;
window.gantryPainted = { pictures: 0 };
const images = Array.from({ length: COUNT }, (_, i) => {
  const image = document.createElement("img");
  image.addEventListener("load", () => (window.gantryPainted.pictures += 1));
  document.body.append(image);
  return { image, id: `ch-${String(i + 1).padStart(2, "0")}` };
});
setInterval(() => {
  const t = Date.now();
  for (const { image, id } of images) image.src = `/api/v1/channels/${id}/thumb.jpg?w=192&t=${t}`;
}, 1000);
