// Citations: a click on a link to "#cite-…" opens the document at the quoted span.
// `element`, `props` and `server` are given by the panel component this script belongs to.
const panel = element.closest('#document-panel') || element;

function scrollToQuotation() {
  const quoted = panel.querySelector('mark.cited');
  if (!quoted) return false;
  const box = panel.querySelector('.document');
  if (box && box.scrollHeight > box.clientHeight) {
    box.scrollTop += quoted.getBoundingClientRect().top - box.getBoundingClientRect().top - box.clientHeight / 3;
  }
  if (window.matchMedia('(max-width: 800px)').matches) {
    quoted.scrollIntoView({ block: 'center' });
  }
  return true;
}

async function open(key) {
  props.value = await server.show_document(key);
  // The component draws itself again after this turn of the event loop.
  for (let tries = 0; tries < 20; tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 25));
    if (scrollToQuotation()) return;
  }
}

document.addEventListener('click', (event) => {
  const link = event.target.closest && event.target.closest('a[href*="#cite-"]');
  if (!link) return;
  event.preventDefault();
  document.querySelectorAll('a.cite.open').forEach((other) => other.classList.remove('open'));
  link.classList.add('open');
  open(link.getAttribute('href').split('#')[1]);
}, true);
