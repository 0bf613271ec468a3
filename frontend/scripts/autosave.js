// Autosave: <form data-autosave="/address"> sends its fields (files excepted) a moment after each change. The answer's status counts, and its
// header X-Revision. The element [data-autosave-status] in the form carries the three texts to show as data attributes. An answer with a body holds
// the parts of the page ([data-part]) that the save has changed, and in [data-autosave-say] what to show instead of “saved”. Where nothing
// could be sent, the status says why (see connection.js), and it is sent as soon as that is over.
import { CAUSES, ask, causeOf, keepLooking, reach, tell } from './connection.js';

const PAUSE = 1200; // milliseconds of quiet before a save

// Where a form says how it stands: in itself, or where the page has one place for all its forms.
const statusOf = (form) => form.querySelector('[data-autosave-status]') ?? document.querySelector('.workbar [data-autosave-status]');

function say(form, state, text) {
  const status = statusOf(form);
  if (!status) return;
  status.hidden = false;
  status.textContent = text || (status.dataset[state] ?? '');
}

// Brings the parts of the page up to date and returns what the answer says.
function takeIn(html) {
  const answer = new DOMParser().parseFromString(html, 'text/html');
  const there = new Map([...document.querySelectorAll('[data-part]')].map((part) => [part.dataset.part, part]));
  answer.querySelectorAll('[data-part]').forEach((part) => there.get(part.dataset.part)?.replaceChildren(...part.childNodes));
  return answer.querySelector('[data-autosave-say]')?.textContent;
}

async function save(form, token, leaving) {
  const fields = new FormData(form);
  for (const [name, value] of [...fields]) if (value instanceof File) fields.delete(name);
  fields.delete('csrf_token'); // the header has that of the session of now
  say(form, 'saving');
  const answer = await ask(form.dataset.autosave, {
    method: 'POST',
    body: fields,
    headers: { 'X-CSRFToken': token(), 'X-Autosave': '1' },
    keepalive: leaving,
  });
  const cause = causeOf(answer);
  if (CAUSES.includes(cause)) {
    tell(statusOf(form), cause);
    return false;
  }
  // What was saved has a new revision: the next save starts from that one.
  const revision = answer.ok && answer.headers.get('X-Revision');
  const field = form.querySelector('[name$="revision"]');
  if (revision && field) field.value = revision;
  say(form, answer.ok ? 'saved' : 'failed', answer.ok && answer.status === 200 ? takeIn(await answer.text()) : '');
  return true;
}

class Draft {
  constructor(form, token) {
    Object.assign(this, { form, token, timer: null, saving: 0, running: Promise.resolve() });
  }

  note() {
    this.form.dataset.pending = 'yes';
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), PAUSE);
  }

  // One after another: an older draft must not overtake a newer one.
  flush(leaving = false) {
    if (this.timer === null) return;
    this.drop();
    this.saving += 1;
    this.running = this.running.then(() => save(this.form, this.token, leaving)).then((arrived) => {
      if (!arrived && !leaving) this.later();
    }).finally(() => {
      this.saving -= 1;
      if (!this.saving && this.timer === null) delete this.form.dataset.pending;
    });
  }

  // Send it once the server can be reached again.
  later() {
    this.stopLooking?.();
    this.stopLooking = keepLooking(async () => {
      const cause = await reach();
      if (cause !== 'ok') {
        tell(statusOf(this.form), cause);
        return false;
      }
      this.timer ??= 0;
      this.flush();
      return true;
    });
  }

  drop() {
    clearTimeout(this.timer);
    this.timer = null;
  }
}

const drafts = new Map();

// Saves at once what waits for its moment; fulfilled when all of it has been answered.
export function settled() {
  drafts.forEach((draft) => draft.flush());
  return Promise.all([...drafts.values()].map((draft) => draft.running));
}

// Forms may come and go while the page stands, and a field may lie outside its form.
export function startAutosave(token) {
  document.addEventListener('input', (event) => {
    const { form, type } = event.target;
    if (type === 'file' || !form?.matches('form[data-autosave]')) return;
    if (!drafts.has(form)) drafts.set(form, new Draft(form, token));
    drafts.get(form).note();
  });
  // A form that is sent waits for saves on their way: its own would put it in conflict with itself, and what stands in the
  // others would be missing from the page that follows.
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (form.method === 'dialog') return;
    const known = [...drafts.values()];
    for (const draft of known) draft.form === form ? draft.drop() : draft.flush();
    const underway = known.filter((draft) => draft.saving);
    if (!underway.length) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    Promise.all(underway.map((draft) => draft.running)).then(() => form.requestSubmit(event.submitter));
  }, true);
  window.addEventListener('pagehide', () => drafts.forEach((draft) => draft.flush(true)));
}
