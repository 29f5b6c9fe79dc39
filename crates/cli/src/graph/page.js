(() => {
  const canvas = document.getElementById('canvas');
  const svg = canvas.querySelector('svg');
  svg.removeAttribute('width');
  svg.removeAttribute('height');
  svg.setAttribute('preserveAspectRatio', 'xMinYMin meet');
  // What is seen: its corner, and how many points of the screen one of the picture takes.
  let x = 0, y = 0, scale = 1;
  const show = () => svg.setAttribute('viewBox', [x, y, canvas.clientWidth / scale, canvas.clientHeight / scale].join(' '));
  const zoom = (by, atX, atY) => {
    const next = Math.min(4, Math.max(0.05, scale * by));
    x += atX / scale - atX / next;
    y += atY / scale - atY / next;
    scale = next;
    show();
  };
  const middle = (by) => zoom(by, canvas.clientWidth / 2, canvas.clientHeight / 2);
  const buttons = [...document.querySelectorAll('button[data-chart]')];
  let current = buttons[0].dataset.chart;
  const area = (id) => {
    const part = document.getElementById(id);
    const inner = part.getBBox();
    const [dx, dy] = part.getAttribute('transform').match(/-?[\d.]+/g).map(Number);
    return { part, x: inner.x + dx, y: inner.y + dy, width: inner.width, height: inner.height };
  };
  // A chart fills the screen, but its letters stay readable; where it is wider, its first box is in sight.
  const chart = (id) => {
    current = id;
    buttons.forEach((one) => one.toggleAttribute('aria-current', one.dataset.chart === id));
    const box = area(id);
    const first = box.part.querySelector('g.journey') ? null : box.part.querySelector('g.entry .box');
    const least = first && canvas.clientWidth < 600 ? 0.85 : 0.6, edge = 20;
    scale = Math.min(1.25, Math.max(least, (canvas.clientWidth - 2 * edge) / box.width));
    x = box.x - edge / scale;
    y = box.y - edge / scale;
    show();
    const at = first ? first.getBoundingClientRect() : null, seen = canvas.getBoundingClientRect();
    if (at && at.right + edge > seen.right) {
      x += (at.left + at.width / 2 - seen.left - seen.width / 2) / scale;
      y += (at.top - seen.top - edge) / scale;
      show();
    }
  };
  // The chart in the middle of the screen whole, however small that makes it.
  const whole = () => {
    const middle = y + canvas.clientHeight / scale / 2;
    const here = buttons.map((one) => area(one.dataset.chart)).find((box) => box.y <= middle && middle <= box.y + box.height);
    const box = here || area(current);
    scale = Math.min(1.25, (canvas.clientWidth - 16) / box.width, (canvas.clientHeight - 16) / box.height);
    x = box.x - (canvas.clientWidth / scale - box.width) / 2;
    y = box.y - 8 / scale;
    show();
  };
  canvas.addEventListener('wheel', (event) => {
    event.preventDefault();
    const corner = canvas.getBoundingClientRect();
    zoom(Math.exp(-event.deltaY / 500), event.clientX - corner.left, event.clientY - corner.top);
  }, { passive: false });
  // Two fingers zoom about the middle between them.
  const fingers = new Map();
  const spread = () => {
    const [a, b] = [...fingers.values()];
    const corner = canvas.getBoundingClientRect();
    return { far: Math.hypot(a.x - b.x, a.y - b.y), x: (a.x + b.x) / 2 - corner.left, y: (a.y + b.y) / 2 - corner.top };
  };
  let from = null;
  canvas.addEventListener('pointerdown', (event) => {
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY }); from = { x: event.clientX, y: event.clientY, moved: false }; });
  window.addEventListener('pointermove', (event) => {
    if (fingers.has(event.pointerId) && fingers.size === 2) {
      const before = spread();
      fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
      const now = spread();
      if (before.far > 0) zoom(now.far / before.far, now.x, now.y);
      if (from) from = { x: event.clientX, y: event.clientY, moved: true };
      return;
    }
    if (!from) return;
    const dx = event.clientX - from.x, dy = event.clientY - from.y;
    if (!from.moved && Math.hypot(dx, dy) < 4) return;
    canvas.classList.add('moving');
    x -= dx / scale;
    y -= dy / scale;
    from = { x: event.clientX, y: event.clientY, moved: true };
    show();
  });
  const lift = (event) => fingers.delete(event.pointerId);
  window.addEventListener('pointercancel', (event) => { lift(event); from = null; });
  window.addEventListener('pointerup', (event) => { lift(event); canvas.classList.remove('moving'); setTimeout(() => { from = null; }); });
  const choose = (box) => {
    document.querySelectorAll('.chosen').forEach((one) => one.classList.remove('chosen'));
    box.classList.add('chosen');
    const line = document.getElementById('l' + box.dataset.file + '-' + box.dataset.line);
    if (!line) return;
    document.body.classList.remove('untold');
    show();
    line.classList.add('chosen');
    line.scrollIntoView({ block: 'center' });
  };
  canvas.addEventListener('click', (event) => {
    if (from && from.moved) return;
    const box = event.target.closest('g[data-line]');
    if (box) choose(box);
  });
  canvas.querySelectorAll('g[data-line]').forEach((box) => {
    box.setAttribute('tabindex', '0');
    box.addEventListener('keydown', (event) => { if (event.key === 'Enter') choose(box); });
  });
  canvas.addEventListener('keydown', (event) => {
    const step = 60 / scale;
    const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
    if (moves[event.key]) { x += moves[event.key][0]; y += moves[event.key][1]; show(); event.preventDefault(); }
    if (event.key === '+') middle(1.25);
    if (event.key === '-') middle(0.8);
  });
  document.getElementById('fit').onclick = whole;
  document.getElementById('text').onclick = () => { document.body.classList.toggle('untold'); show(); };
  document.getElementById('in').onclick = () => middle(1.25);
  document.getElementById('out').onclick = () => middle(0.8);
  buttons.forEach((button) => { button.onclick = () => chart(button.dataset.chart); });
  window.addEventListener('resize', show);
  chart(current);
})();
