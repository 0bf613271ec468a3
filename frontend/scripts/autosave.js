// Autosave: <form data-autosave="/address"> sends its fields (files excepted) a moment after each change. The answer's status
// alone counts. The element [data-autosave-status] in the form carries the three texts to show as data attributes.
const PAUSE = 1200; // milliseconds of quiet before a save

function say(form, state) {
  const status = form.querySelector('[data-autosave-status]');
  if (!status) return;
  status.hidden = false;
  status.textContent = status.dataset[state] ?? '';
}

async function save(form, token) {
  const fields = new FormData(form);
  for (const [name, value] of [...fields]) if (value instanceof File) fields.delete(name);
  say(form, 'saving');
  try {
    const answer = await fetch(form.dataset.autosave, {
      method: 'POST',
      body: fields,
      headers: { 'X-CSRFToken': token(), 'X-Autosave': '1' },
      redirect: 'error',
    });
    say(form, answer.ok ? 'saved' : 'failed');
  } catch {
    say(form, 'failed');
  }
}

export function startAutosave(token) {
  document.querySelectorAll('form[data-autosave]').forEach((form) => {
    let timer;
    let running = Promise.resolve();
    form.addEventListener('input', (event) => {
      if (event.target.type === 'file') return;
      clearTimeout(timer);
      // One after another: an older draft must not overtake a newer one.
      timer = setTimeout(() => { running = running.then(() => save(form, token)); }, PAUSE);
    });
    form.addEventListener('submit', () => clearTimeout(timer));
  });
}
