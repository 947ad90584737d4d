// ---- One's own birthday: kept on this device only if asked ----

function keptBirthday() {
  const form = document.querySelector(".birthday-form");
  if (!form) return;
  const keep = form.querySelector("[data-keep]");
  const fields = [...form.querySelectorAll("[name]")];
  const kept = load("birthday", null);
  const isEmpty = fields.every(({ value }) => !value); // not a form that was refused
  if (kept && isEmpty) for (const field of fields) field.value = kept[field.name] ?? "";
  if (fields.some(({ name, value }) => value && /year|era/.test(name))) form.querySelector("details").open = true;
  keep.checked = Boolean(kept);
  keep.parentElement.hidden = false;
  const update = () => store("birthday", keep.checked ? Object.fromEntries(fields.map(({ name, value }) => [name, value])) : null);
  form.addEventListener("submit", update);
  keep.addEventListener("change", () => keep.checked || update()); // it is forgotten at once
}
