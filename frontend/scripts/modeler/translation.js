// The editor's own texts. English is what bpmn-js speaks; Vietnamese comes from our list.
import vietnamese from '../../i18n/bpmn-js.vi.json';

export function translation(language) {
  const texts = language === 'vi' ? vietnamese : {};
  const translate = (template, values = {}) =>
    (texts[template] ?? template).replace(/{([^}]+)}/g, (_, name) => values[name] ?? `{${name}}`);
  return { translate: ['value', translate] };
}
