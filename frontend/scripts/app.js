// Small improvements on pages that work without any of them.
import htmx from 'htmx.org';

import { startAutosave } from './autosave.js';
import { startConfirmations } from './confirm.js';
import { startConnection } from './connection.js';
import { startMatrix } from './matrix.js';
import { startQueue } from './queue.js';
import { startQuorums } from './quorum.js';
import { startSitting } from './sitting.js';

Object.assign(htmx.config, {
  includeIndicatorStyles: false,
  allowEval: false,
  allowScriptTags: false,
  selfRequestsOnly: true,
  historyCacheSize: 0, // pages of a case must not stay in the browser's storage
});
window.htmx = htmx;

const csrfToken = () => document.querySelector('meta[name="csrf-token"]')?.content ?? '';

document.addEventListener('htmx:configRequest', (event) => {
  event.detail.headers['X-CSRFToken'] = csrfToken();
});

// An error summary is what a person must read first.
document.querySelector('[data-error-summary]')?.focus();

// Menus are <details>: they close on Escape, on a click elsewhere, and when focus leaves them.
function closeMenus(except) {
  document.querySelectorAll('details[data-menu][open]').forEach((menu) => {
    if (menu !== except) menu.open = false;
  });
}
document.addEventListener('click', (event) => closeMenus(event.target.closest('details[data-menu]')));
document.addEventListener('focusin', (event) => closeMenus(event.target.closest('details[data-menu]')));
document.addEventListener('keydown', (event) => {
  const menu = event.key === 'Escape' && document.querySelector('details[data-menu][open]');
  if (menu) {
    menu.open = false;
    menu.querySelector('summary').focus();
  }
});

// “/” leads to the search: to the one in the menu of one's account where the header has no room for it. Off in fields, and where single keys are off.
const TYPING = 'input:not([type="radio"], [type="checkbox"]), textarea, select, [contenteditable]';
document.addEventListener('keydown', (event) => {
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || document.body.dataset.keys === 'off') return;
  const fields = [...document.querySelectorAll('[data-search]')];
  if (!fields.length || event.target.closest(TYPING) || document.querySelector('dialog[open]')) return;
  event.preventDefault();
  let field = fields.find((one) => one.checkVisibility());
  if (!field) {
    field = fields.at(-1);
    field.closest('details').open = true;
  }
  field.focus();
  field.select();
});

// A second click within a second is the same click.
document.addEventListener('submit', (event) => {
  const form = event.target;
  if (form.method !== 'post' || event.defaultPrevented || form.matches('[data-rows]')) return; // rows have commands of their own
  const now = Date.now();
  if (now - Number(form.dataset.sentAt ?? 0) < 1000) event.preventDefault();
  else form.dataset.sentAt = String(now);
});

document.querySelectorAll('[data-print]').forEach((button) => {
  button.hidden = false;
  button.addEventListener('click', () => window.print());
});

startAutosave(csrfToken);
startConnection();
startConfirmations();
startMatrix(csrfToken);
startQueue();
startQuorums();
startSitting();
