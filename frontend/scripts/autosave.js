// Autosave: <form data-autosave="/address"> sends its fields (files excepted) a moment after each change. The answer's status
// alone counts, and its header X-Revision. The element [data-autosave-status] in the form carries the three texts to show as data attributes.
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
    // What was saved has a new revision: the next save starts from that one.
    const revision = answer.ok && answer.headers.get('X-Revision');
    const field = form.querySelector('[name$="revision"]');
    if (revision && field) field.value = revision;
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
