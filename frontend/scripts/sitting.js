// Keys of a sitting: [data-key] is what one presses. J and K go to the next and previous case, digits open documents, letters choose a vote.
// Off in fields, with a modifier, and where the person has switched single keys off. Where the page has no case beside it, J opens the first row that waits.
const FIELDS = 'input:not([type="radio"]), textarea, select';

function press(event) {
  if (document.body.dataset.keys === 'off' || event.ctrlKey || event.metaKey || event.altKey || event.target.closest(FIELDS)) return;
  const key = event.key.toUpperCase();
  if (!/^[A-Z0-9]$/.test(key)) return;
  const found = document.querySelector(`[data-key="${key}"]`) ?? (key === 'J' ? document.querySelector('button[data-row]') : null);
  if (!found) return;
  event.preventDefault();
  if (found.matches('input')) {
    found.checked = true;
    found.focus();
  } else found.click();
}

export function startSitting() {
  if (document.querySelector('[data-agenda], .projector')) document.addEventListener('keydown', press);
}
