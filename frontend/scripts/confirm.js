// Confirmation: <form data-confirm="question" data-confirm-yes="…" data-confirm-no="…"> (or the same on a submit button)
// asks in a dialog before it sends. Without JavaScript the form is sent at once, so the server must never rely on this.
function ask(source, yes) {
  const dialog = document.createElement('dialog');
  dialog.className = 'confirm-dialog';
  const text = document.createElement('p');
  text.id = 'confirm-dialog-text';
  text.textContent = source.dataset.confirm;
  dialog.setAttribute('aria-labelledby', text.id);
  const buttons = document.createElement('form');
  buttons.method = 'dialog';
  buttons.className = 'd-flex flex-wrap gap-2';
  const add = (label, value, style) => {
    const button = document.createElement('button');
    button.value = value;
    button.className = `btn ${style}`;
    button.textContent = label;
    buttons.append(button);
  };
  add(source.dataset.confirmYes ?? 'OK', 'yes', 'btn-primary');
  add(source.dataset.confirmNo ?? '×', 'no', 'btn-outline-secondary');
  dialog.append(text, buttons);
  document.body.append(dialog);
  dialog.addEventListener('close', () => {
    dialog.remove();
    if (dialog.returnValue === 'yes') yes();
  });
  dialog.showModal();
}

export function startConfirmations() {
  document.addEventListener('submit', (event) => {
    const form = event.target;
    const source = event.submitter?.dataset.confirm ? event.submitter : form;
    if (!source.dataset.confirm || form.dataset.confirmed) {
      delete form.dataset.confirmed;
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    ask(source, () => {
      form.dataset.confirmed = '1';
      form.requestSubmit(event.submitter);
    });
  }, true);
}
