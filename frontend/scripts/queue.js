// The list of tasks: all rows of the page ticked with one click, and how many are ticked.
export function startQueue() {
  const form = document.querySelector('[data-several]');
  if (!form) return;
  const status = form.querySelector('[data-ticked]');
  const ticks = () => [...form.elements].filter((one) => one.name === 'task');
  const count = () => {
    const number = ticks().filter((one) => one.checked).length;
    status.textContent = status.dataset.ticked.replace('{number}', number);
  };
  const tick = (on, next) => (event) => {
    event.preventDefault();
    ticks().forEach((one) => {
      one.checked = on;
    });
    count();
    next.focus(); // what was clicked stands where the other bar stands now
  };
  const all = document.querySelector('[data-tick="all"]');
  const none = document.querySelector('[data-tick="none"]');
  all.addEventListener('click', tick(true, form.querySelector('button')));
  none.addEventListener('click', tick(false, all));
  document.addEventListener('change', (event) => {
    if (event.target.form === form) count();
  });
  window.addEventListener('pageshow', count); // a browser that comes back keeps what was ticked
}
