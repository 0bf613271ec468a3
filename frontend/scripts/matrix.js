// The table of criteria: a row's act swaps that row, the open criterion and the counts, nothing else, so that one's place is kept. Everything is an
// ordinary link, button or form besides; single keys press them.
import { settled } from './autosave.js';

const table = () => document.querySelector('[data-matrix]');
let token;
let running = Promise.resolve();
let waiting = 0;
let leaving;
const asked = [];

// The rows that the answer must bring anew: the open one, and that which is acted on.
function rowsAround(element) {
  const open = table().querySelector('.is-selected')?.closest('[data-row]');
  return [...new Set([open, element?.closest?.('[data-row]')].filter(Boolean).map((row) => row.dataset.row))].join(',');
}

// What somebody is typing in stays as it is until it has been saved.
function inUse(part) {
  const focused = document.activeElement;
  return part.querySelector('form[data-pending]') || (part.contains(focused) && focused.matches('textarea, input:not([type=radio]):not([type=file])'));
}

function swap(html, quiet) {
  const answer = new DOMParser().parseFromString(html, 'text/html');
  const place = answer.querySelector('[data-address]');
  if (!place) return false;
  const region = table().querySelector('.matrix-region');
  const top = region?.scrollTop;
  const there = new Map([...document.querySelectorAll('[data-part]')].map((part) => [part.dataset.part, part]));
  for (const part of answer.querySelectorAll('[data-part]')) {
    const old = there.get(part.dataset.part);
    const kept = quiet && old && (old.matches('.pane, :has(.is-selected)') || inUse(old));
    if (old && !kept && !part.parentElement.closest('[data-part]')) old.replaceWith(part);
  }
  if (region) region.scrollTop = top;
  if (quiet) return true;
  history.replaceState(null, '', place.dataset.address);
  const row = place.dataset.chosen && document.getElementById(`criterion-${place.dataset.chosen}`);
  if (row) {
    row.scrollIntoView({ block: 'nearest' });
    (row.querySelector('.criterion-editor :is(input:not([type=hidden]), textarea)') ?? row.querySelector('th a')).focus({ preventScroll: true });
  }
  return true;
}

// The address of the first page that was led to; the questions about further files are asked after its own.
function together([first, ...others]) {
  if (!first) return undefined;
  const address = new URL(first);
  const isQuestion = (url) => url.pathname.includes('/cung-tep/');
  if (isQuestion(address)) {
    for (const other of others.map((one) => new URL(one)).filter(isQuestion)) {
      address.searchParams.append('then', `${other.pathname.split('/').pop()} ${other.searchParams.get('name')}`);
    }
  }
  return address.href;
}

// Fetches and swaps, one after another: a key that is held down must not overtake itself.
// An answer that is another page, such as a question, is gone to when all that was begun has been sent.
function go(address, options, element, quiet = false) {
  waiting += 1;
  running = running.then(async () => {
    await settled();
    const answer = await fetch(address.split('#')[0], {
      ...options,
      headers: { 'X-Rows': rowsAround(element), 'X-CSRFToken': token() },
      redirect: 'follow',
    });
    if (!swap(await answer.text(), quiet)) {
      if (answer.redirected) asked.push(answer.url);
      else leaving ??= location.href;
      return;
    }
    const status = options.method && answer.ok && document.querySelector('.workbar [data-autosave-status]');
    if (status) {
      status.hidden = false;
      status.textContent = status.dataset.saved;
    }
  }).catch(() => {
    leaving ??= options.method ? location.href : address;
  }).finally(() => {
    waiting -= 1;
    if (waiting) return;
    leaving = together(asked) ?? leaving;
    if (!leaving) return;
    if (leaving === location.href) location.reload();
    else location.assign(leaving);
  });
  return running;
}

function onClick(event) {
  if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const link = event.target.closest('a[data-go]');
  if (link) {
    event.preventDefault();
    go(link.href, {}, link);
  }
}

function onSubmit(event) {
  const { target: form, submitter } = event;
  if (event.defaultPrevented || !table()) return;
  const act = submitter?.dataset.act;
  if (!act && !form.matches('[data-editor], .row-form, [data-row-upload]')) return;
  event.preventDefault();
  const body = new FormData(form, submitter);
  go(submitter?.formAction && submitter.hasAttribute('formaction') ? submitter.formAction : form.action, { method: 'POST', body }, submitter ?? form);
}

// A page without TLS has no crypto.randomUUID.
function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((one) => one.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

function onChange(event) {
  const form = event.target.closest('[data-row-upload]');
  if (!form || event.target.type !== 'file') return;
  for (const file of event.target.files) { // each by itself: together they may be more than one request takes
    const body = new FormData(form);
    body.set(event.target.name, file);
    body.set(event.target.name.replace(/file$/, 'command_id'), uuid());
    go(form.action, { method: 'POST', body }, form, true);
  }
  const open = form.closest('[data-row]:has(.is-selected)')?.querySelector('th a');
  if (open) go(open.href, {}, open);
}

function typing(target) {
  return target.isContentEditable || target.closest('input:not([type=radio]):not([type=checkbox]), textarea, select, dialog[open]');
}

// The keys and what they press: in the open row first, else in the pane.
function onKey(event) {
  const help = document.getElementById('keys-help');
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key === 'Escape') {
    document.querySelector('.criterion-editor [data-close]')?.click();
    return;
  }
  if (table().dataset.keys === 'off' || typing(event.target)) return;
  const key = event.key.toUpperCase();
  const open = table().querySelector('.is-selected')?.closest('[data-row]');
  const press = {
    J: () => document.querySelector('[data-key="J"]') ?? (open ? null : table().querySelector('[data-row] th a')),
    K: () => document.querySelector('[data-key="K"]'),
    A: () => open?.querySelector('[data-act="dong-y"]') ?? document.querySelector('#pane [data-act="dong-y"]'),
    D: () => open?.querySelector('[data-key="D"]'),
    E: () => document.querySelector('.file-tabs a:not([aria-current])') ?? document.querySelector('.file-tabs a'),
    '?': () => { help?.showModal(); return null; },
  }[key];
  const found = press?.();
  if (press) event.preventDefault();
  found?.click();
}

export function startMatrix(csrfToken) {
  if (!table()) return;
  token = csrfToken;
  document.documentElement.classList.add('has-script');
  table().querySelector('.is-selected')?.closest('[data-row]').scrollIntoView({ block: 'nearest' });
  document.addEventListener('click', onClick);
  document.addEventListener('submit', onSubmit);
  document.addEventListener('change', onChange);
  document.addEventListener('keydown', onKey);
  document.querySelectorAll('[data-keys-help]').forEach((button) => button.addEventListener('click', () => document.getElementById('keys-help').showModal()));
}
