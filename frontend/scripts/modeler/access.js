// Where a value of the panel lives in the diagram. An address is one of
//   name, camunda:dueDate …    an attribute of the element
//   cn:Task/jurisdiction       an attribute of an extension element, which is made when first needed
//   loop>isSequential …        an attribute of something that belongs to the element (HOLDERS)
//   loop>loopCardinality()     the text of an expression of it; condition(), completionCondition() of the element itself
//   script                     a text of the element
//   timer                      the text of the timer's date, duration or cycle, whichever it has
//   id, and what choices.js knows
// Writes go through the command stack, so that undo works.
import { CHOICES } from './choices.js';
import { HOLDERS, TIMERS, definitionOf } from './holders.js';

export const extensions = (object, type) =>
  (object.get('extensionElements')?.get('values') ?? []).filter((value) => value.$type === type);

const timerOf = (element) => definitionOf(element, 'bpmn:TimerEventDefinition');

// The object and the name of its property: `loop>isSequential` is a property of the loop.
function placeOf(element, address) {
  const [holder, rest] = address.includes('>') ? address.split('>') : [null, address];
  return { object: holder ? HOLDERS[holder](element) : element.businessObject, name: rest.replace('()', '') };
}

export function read(element, address) {
  if (address in CHOICES) return CHOICES[address].read(element);
  if (address === 'timer') {
    const timer = timerOf(element);
    return timer ? (TIMERS.map((name) => timer.get(name)?.get('body')).find(Boolean) ?? '') : '';
  }
  if (address.includes('/')) {
    const [type, name] = address.split('/');
    return extensions(element.businessObject, type)[0]?.get(name) ?? '';
  }
  const { object, name } = placeOf(element, address);
  const value = object?.get(name);
  return String((address.endsWith('()') ? value?.get('body') : value) ?? '');
}

// Returns whether the value was taken: an id that is none, or another's, is not.
export function write(modeler, element, address, text) {
  const modeling = modeler.get('modeling');
  const value = text.trim() === '' ? undefined : text;
  if (address in CHOICES) {
    CHOICES[address].write(modeler, element, value);
  } else if (address === 'id') {
    if (!isFreeId(modeler, element, text)) return false;
    modeling.updateProperties(element, { id: text });
  } else if (address === 'timer') {
    const timer = timerOf(element);
    const kind = TIMERS.find((name) => timer.get(name)) ?? 'timeDuration';
    modeling.updateModdleProperties(element, timer, { [kind]: expression(modeler, timer, value) });
  } else if (address.includes('/')) {
    const [type, name] = address.split('/');
    modeling.updateModdleProperties(element, ensure(modeler, element, type), { [name]: value });
  } else {
    const { object, name } = placeOf(element, address);
    const fresh = address.endsWith('()') ? expression(modeler, object, value) : typed(object, name, value);
    setProperty(modeler, element, object, name, fresh);
  }
  return true;
}

// What stands in the drawing is drawn anew: a name, a default flow, a marker.
export function setProperty(modeler, element, object, name, value) {
  if (object === element.businessObject) modeler.get('modeling').updateProperties(element, { [name]: value });
  else modeler.get('modeling').updateModdleProperties(element, object, { [name]: value });
}

export function typed(object, name, value) {
  const type = object.$descriptor.propertiesByName?.[name]?.type;
  if (value === undefined) return undefined;
  if (type === 'Boolean') return value === 'true';
  return type === 'Integer' && /^\d+$/.test(value.trim()) ? Number(value) : value;
}

export function expression(modeler, parent, body) {
  if (body === undefined) return undefined;
  const made = modeler.get('bpmnFactory').create('bpmn:FormalExpression', { body });
  made.$parent = parent;
  return made;
}

const ID = /^[\p{L}_][\p{L}\p{N}_.-]*$/u;

function isFreeId(modeler, element, text) {
  const owner = modeler.get('moddle').ids.assigned(text);
  return ID.test(text) && (!owner || owner === element.businessObject);
}

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
