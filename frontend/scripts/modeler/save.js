// Saving: the diagram goes as text in the form's field `xml`, by an ordinary POST, so that the server answers with a page.
export function saveWith(form, modeler) {
  const field = form.elements.namedItem('xml');
  let written = false;
  let dirty = false;

  form.addEventListener('submit', async (event) => {
    if (written) {
      written = false;
      dirty = false;
      return;
    }
    event.preventDefault();
    const { xml } = await modeler.saveXML({ format: true });
    field.value = xml;
    written = true;
    // Later, not now: a form cannot be sent while its submit event is still under way.
    setTimeout(() => form.requestSubmit(event.submitter));
  });

  modeler.on('commandStack.changed', () => { dirty = true; });
  window.addEventListener('beforeunload', (event) => {
    if (dirty) event.preventDefault();
  });
}
