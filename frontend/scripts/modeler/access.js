// Where a value of the panel lives in the diagram. An address is one of
//   name, camunda:dueDate …   an attribute of the element
//   cn:Task/jurisdiction      an attribute of an extension element, which is made when first needed
//   condition, script         the text of a child element
//   timer                     the text of the timer's date, duration or cycle, whichever it has
// Writes go through the command stack, so that undo works.
const TEXTS = { condition: ['conditionExpression', 'bpmn:FormalExpression'] };
const TIMERS = ['timeDuration', 'timeDate', 'timeCycle'];

export const extensions = (object, type) =>
  (object.get('extensionElements')?.get('values') ?? []).filter((value) => value.$type === type);

const timerOf = (object) =>
  (object.get('eventDefinitions') ?? []).find((definition) => definition.$type === 'bpmn:TimerEventDefinition');

export function read(element, address) {
  const object = element.businessObject;
  if (address === 'condition') return object.get('conditionExpression')?.get('body') ?? '';
  if (address === 'script') return object.get('script') ?? '';
  if (address === 'timer') {
    const timer = timerOf(object);
    return timer ? (TIMERS.map((name) => timer.get(name)?.get('body')).find(Boolean) ?? '') : '';
  }
  if (address.includes('/')) {
    const [type, name] = address.split('/');
    return extensions(object, type)[0]?.get(name) ?? '';
  }
  return object.get(address) ?? '';
}

export function write(modeler, element, address, text) {
  const modeling = modeler.get('modeling');
  const make = (type, values) => modeler.get('bpmnFactory').create(type, values);
  const object = element.businessObject;
  const value = text.trim() === '' ? undefined : text;
  if (address in TEXTS) {
    const [name, type] = TEXTS[address];
    modeling.updateProperties(element, { [name]: value && make(type, { body: value }) });
  } else if (address === 'timer') {
    const timer = timerOf(object);
    const kind = TIMERS.find((name) => timer.get(name)) ?? 'timeDuration';
    const body = value && make('bpmn:FormalExpression', { body: value });
    modeling.updateModdleProperties(element, timer, { [kind]: body });
  } else if (address.includes('/')) {
    const [type, name] = address.split('/');
    modeling.updateModdleProperties(element, ensure(modeler, element, type), { [name]: value });
  } else {
    modeling.updateProperties(element, { [address]: value });
  }
}

export const hasTimer = (element) => Boolean(timerOf(element.businessObject));

function ensure(modeler, element, type) {
  const [present] = extensions(element.businessObject, type);
  return present ?? add(modeler, element, type, {});
}

// Add an extension element behind those that are there.
export function add(modeler, element, type, values) {
  const factory = modeler.get('bpmnFactory');
  const object = element.businessObject;
  const holder = factory.create('bpmn:ExtensionElements', { values: [] });
  const fresh = factory.create(type, values);
  fresh.$parent = holder;
  holder.values = [...(object.get('extensionElements')?.get('values') ?? []), fresh];
  holder.values.forEach((value) => { value.$parent = holder; });
  holder.$parent = object;
  modeler.get('modeling').updateProperties(element, { extensionElements: holder });
  return fresh;
}

export function remove(modeler, element, extension) {
  const holder = element.businessObject.get('extensionElements');
  modeler.get('modeling').updateModdleProperties(element, holder, {
    values: holder.get('values').filter((value) => value !== extension),
  });
}
