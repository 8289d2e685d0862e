// A picture for the brand: dropped or chosen, a part of it cut by pointer or keyboard, then sent. Without script the
// whole file is. And a colour: picked or typed, the two fields say the same.
(() => {
  const RASTER = /^image\/(png|jpeg|webp)$/;
  const LEAST = 0.05;
  const between = (least, value, most) => Math.min(Math.max(value, least), Math.max(least, most));

  document.addEventListener("input", ({ target }) => {
    const text = target.dataset?.colourOf && document.getElementById(target.dataset.colourOf);
    if (text) text.value = target.value;
    const pick = target.id && document.querySelector(`[data-colour-of="${target.id}"]`);
    const typed = target.value?.trim().replace(/^#?/, "#");
    if (pick && /^#[0-9a-f]{6}$/i.test(typed)) pick.value = typed.toLowerCase();
  });

  const home = (node) => node.closest?.("[data-picture]");
  const form = (picture) => picture.querySelector("form[enctype]");
  const send = (picture) => form(picture).requestSubmit();

  function say(picture, words) {
    const place = picture.querySelector(".field-error");
    place.hidden = !words;
    place.querySelector("span").textContent = words;
  }

  function take(picture) {
    const file = form(picture).querySelector("[type=file]").files[0];
    close(picture);
    say(picture, "");
    if (!file) return;
    if (file.size > Number(form(picture).dataset.most)) {
      form(picture).reset();
      say(picture, form(picture).dataset.tooLarge);
      return;
    }
    if (!RASTER.test(file.type)) return void send(picture);
    const reader = new FileReader();
    reader.addEventListener("load", () => open(picture, reader.result));
    reader.addEventListener("error", () => send(picture));
    reader.readAsDataURL(file);
  }

  function open(picture, source) {
    const crop = document.importNode(document.getElementById("crop-template").content.firstElementChild, true);
    const image = crop.querySelector("img");
    image.addEventListener("error", () => { close(picture); send(picture); });
    image.addEventListener("load", () => {
      if (isTooMuch(image, form(picture).dataset)) {
        say(picture, form(picture).dataset.tooMany);
        form(picture).reset();
        return;
      }
      const square = picture.dataset.picture === "square";
      const part = square ? middle(image) : { left: 0, top: 0, width: 1, height: 1 };
      crop.querySelector(square ? ".crop-free" : ".crop-square").remove();
      const state = { picture, crop, image, square, ...part };
      for (const slider of crop.querySelectorAll("[data-crop]")) slider.addEventListener("input", () => slide(state, slider));
      crop.querySelector("[data-crop-cancel]").addEventListener("click", () => { form(picture).reset(); close(picture); });
      drag(state);
      form(picture).append(crop);
      show(state);
      crop.querySelector("[data-crop]").focus();
    });
    image.src = source;
  }

  /** Whether it has more pixels than are taken, so that nobody cuts a part in vain. */
  const isTooMuch = ({ naturalWidth: wide, naturalHeight: high }, { side, pixels }) =>
    Math.max(wide, high) > Number(side) || wide * high > Number(pixels);

  function close(picture) {
    picture.querySelector(".crop")?.remove();
  }

  /** The largest square in the middle of an image, as fractions of it. */
  function middle({ naturalWidth: wide, naturalHeight: high }) {
    const side = Math.min(wide, high);
    return { width: side / wide, height: side / high, left: (1 - side / wide) / 2, top: (1 - side / high) / 2 };
  }

  function slide(state, { dataset, value }) {
    const share = value / 100;
    if (dataset.crop === "size") grow(state, share * middle(state.image).width);
    if (dataset.crop === "across") state.left = share * (1 - state.width);
    if (dataset.crop === "down") state.top = share * (1 - state.height);
    const right = state.left + state.width;
    const bottom = state.top + state.height;
    if (dataset.crop === "left") Object.assign(state, span("left", "width", between(0, share, right - LEAST), right));
    if (dataset.crop === "right") state.width = between(state.left + LEAST, share, 1) - state.left;
    if (dataset.crop === "top") Object.assign(state, span("top", "height", between(0, share, bottom - LEAST), bottom));
    if (dataset.crop === "bottom") state.height = between(state.top + LEAST, share, 1) - state.top;
    show(state);
  }

  const span = (start, length, from, to) => ({ [start]: from, [length]: to - from });

  /** Another size; of a square both sides, and its place moves as little as it must. */
  function grow(state, width, height) {
    const most = middle(state.image);
    state.width = state.square ? between(LEAST * most.width, width, most.width) : between(LEAST, width, 1 - state.left);
    state.height = state.square ? (state.width * most.height) / most.width : between(LEAST, height, 1 - state.top);
    state.left = between(0, state.left, 1 - state.width);
    state.top = between(0, state.top, 1 - state.height);
  }

  function drag(state) {
    const area = state.crop.querySelector(".crop-area");
    area.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      area.setPointerCapture(event.pointerId);
      const corner = event.target !== area;
      const start = { x: event.clientX, y: event.clientY, left: state.left, top: state.top, width: state.width, height: state.height };
      const box = state.image.getBoundingClientRect();
      const move = ({ clientX, clientY }) => {
        const across = (clientX - start.x) / box.width;
        const down = (clientY - start.y) / box.height;
        if (corner) {
          const room = state.square ? (1 - start.top) * (middle(state.image).width / middle(state.image).height) : 1;
          grow(state, Math.min(start.width + across, 1 - start.left, room), start.height + down);
        } else {
          state.left = between(0, start.left + across, 1 - state.width);
          state.top = between(0, start.top + down, 1 - state.height);
        }
        show(state);
      };
      area.addEventListener("pointermove", move);
      area.addEventListener("pointerup", () => area.removeEventListener("pointermove", move), { once: true });
    });
  }

  /** The frame, the sliders and what will be sent, after the state. */
  function show(state) {
    const { crop, left, top, width, height } = state;
    const area = crop.querySelector(".crop-area").style;
    for (const [name, value] of Object.entries({ left, top, width, height })) {
      area[name] = `${value * 100}%`;
      let field = crop.querySelector(`[name=${name}]`);
      if (!field) {
        field = Object.assign(document.createElement("input"), { type: "hidden", name });
        crop.append(field);
      }
      field.value = value.toFixed(5);
    }
    const shares = {
      size: width / middle(state.image).width, across: left / (1 - width || 1), down: top / (1 - height || 1),
      left, top, right: left + width, bottom: top + height,
    };
    for (const slider of crop.querySelectorAll("[data-crop]")) slider.value = shares[slider.dataset.crop] * 100;
  }

  // A part that is being chosen, a file on its way, is not lost to a list that only comes anew because a colour changed.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const choosing = event.detail.target.id === "brand-pictures" && event.detail.requestConfig.verb === "get";
    if (choosing && document.querySelector(".picture .crop, .picture .htmx-request")) event.detail.shouldSwap = false;
  });
  // The list of pictures comes anew: the keyboard stays at the one that was changed.
  document.addEventListener("htmx:afterSettle", (event) => {
    const role = event.target.id === "brand-pictures" && event.detail.pathInfo?.requestPath.match(/pictures\/([a-z-]+)/);
    if (role) document.getElementById(`f-picture-${role[1]}`)?.focus({ preventScroll: true });
  });

  document.addEventListener("change", (event) => {
    if (event.target.type === "file" && home(event.target)) take(home(event.target));
  });
  for (const name of ["dragenter", "dragover", "dragleave", "drop"]) {
    document.addEventListener(name, (event) => {
      const picture = home(event.target);
      for (const other of document.querySelectorAll(".picture.is-aimed")) other.classList.toggle("is-aimed", other === picture);
      if (!picture) return;
      event.preventDefault();
      picture.classList.toggle("is-aimed", name === "dragenter" || name === "dragover");
      if (name !== "drop" || !event.dataTransfer.files.length) return;
      form(picture).querySelector("[type=file]").files = event.dataTransfer.files;
      take(picture);
    });
  }
})();
