// Citations: a click on a link to "#cite-…" opens the document at the quoted span.
// `element`, `props` and `server` are given by the panel component this script belongs to.
const panel = element.closest('#document-panel') || element;
const narrow = window.matchMedia('(max-width: 800px)');
let asked = 0;

document.documentElement.lang = props.language;
// Gradio words the upload box in the language of the browser; the style sheet shows this instead.
document.documentElement.style.setProperty('--drop', JSON.stringify(props.drop));

// The dialog for choosing files offers those that can be read; dropping takes any, to say why not.
document.addEventListener('click', (event) => {
  const box = event.target.closest && event.target.closest('#upload');
  const input = box && box.querySelector('input[type=file]');
  if (input) input.accept = props.accept;
}, true);

function scrollToQuotation() {
  const quoted = panel.querySelector('mark.cited:not(.syntax)');
  if (!quoted) return;
  const box = panel.querySelector('.document');
  if (narrow.matches) {
    quoted.scrollIntoView({ block: 'center' });
  } else {
    const above = quoted.getBoundingClientRect().top - box.getBoundingClientRect().top;
    box.scrollTop += above - box.clientHeight / 3;
  }
}

async function open(key) {
  const number = (asked += 1);
  let html;
  try {
    html = await server.show_document(key);
  } catch (error) {
    html = `<p class="failure">${props.unreachable}</p>`;
  }
  // Of several quick clicks the last one counts, whichever is answered first.
  if (number !== asked) return;
  new MutationObserver((changes, observer) => {
    observer.disconnect();
    scrollToQuotation();
  }).observe(panel, { childList: true, subtree: true });
  props.value = html;
  // The same citation again changes nothing that could be observed.
  setTimeout(scrollToQuotation, 100);
}

document.addEventListener('click', (event) => {
  const link = event.target.closest && event.target.closest('a[href*="#cite-"]');
  if (!link) return;
  event.preventDefault();
  document.querySelectorAll('a.cite.open').forEach((other) => other.classList.remove('open'));
  const href = link.getAttribute('href');
  document.querySelectorAll('a.cite').forEach((other) => {
    if (other.getAttribute('href') === href) other.classList.add('open');
  });
  open(href.split('#')[1]);
}, true);
