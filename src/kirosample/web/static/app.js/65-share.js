// ---- Sharing ----

const PICTURE_TIME = 1500; // milliseconds; the browser shares only within seconds of the tap

function shareButtons() {
  for (const button of document.querySelectorAll("[data-share]")) {
    const url = () => new URL(button.dataset.share, location.href).href; // the card of one's own sign changes
    const sheet = document.getElementById(button.getAttribute("popovertarget"));
    const copy = sheet.querySelector("[data-copy]");
    copy.hidden = !navigator.clipboard;
    copy.addEventListener("click", async () => {
      await copyAddress(url());
      sheet.hidePopover?.(); // it would cover the notice
    });
    if (navigator.share) shareNatively(button, sheet, url);
    else if (!sheet.showPopover) button.addEventListener("click", () => copyAddress(url())); // an old browser
  }
}

async function copyAddress(url) {
  try {
    await navigator.clipboard.writeText(url);
    notify(messages.copied);
  } catch {
    notify(messages.failed);
  }
}

function copyButtons() {
  for (const button of document.querySelectorAll("[data-address]")) {
    button.disabled = !navigator.clipboard;
    button.addEventListener("click", () => copyAddress(new URL(button.dataset.address, location.href).href));
  }
}

// The browser's own sheet covers ours, which stays with other ways if the visitor cancels.
function shareNatively(button, sheet, url) {
  const files = {};
  const fetchFile = () => {
    const { picture } = button.dataset;
    return picture && (files[picture] ??= pictureFile(picture).catch(() => delete files[picture]));
  };
  for (const kind of ["pointerdown", "focus"]) button.addEventListener(kind, fetchFile);
  let isOpen = false;
  sheet.addEventListener("toggle", (event) => (isOpen = event.newState === "open"));
  button.addEventListener("click", async () => {
    if (isOpen) return;
    const late = new Promise((resolve) => setTimeout(resolve, PICTURE_TIME));
    const file = await Promise.race([fetchFile(), late]);
    const words = { title: document.title, text: button.dataset.text, url: url() };
    const sent = file instanceof File && { files: [file] };
    try {
      await navigator.share(sent && navigator.canShare?.(sent) ? { ...words, ...sent } : words);
      sheet.hidePopover?.();
    } catch {
      // Cancelled, or not possible here.
    }
  });
}

async function pictureFile(picture) {
  const response = await request(picture);
  return new File([await response.blob()], "kirosample.png", { type: "image/png" });
}
