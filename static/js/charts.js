// Charts are drawn from the tables beside them, so that both say the same. Without this script the tables stand open.
(function () {
  "use strict";
  const NARROW = 600; // a phone reads the table and does not load the drawing library
  const script = document.currentScript;
  const figures = Array.from(document.querySelectorAll("[data-chart]"));
  const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  function read(figure) {
    const heads = Array.from(figure.querySelectorAll("thead th"), (cell) => cell.textContent.trim());
    const rows = Array.from(figure.querySelectorAll("tbody tr"), (row) => ({
      name: row.querySelector("th").textContent.trim(),
      values: Array.from(row.querySelectorAll("td"), (cell) => Number(cell.dataset.value)),
    }));
    const drawn = figure.dataset.drawn.split(" ").map(Number);
    return { heads, rows, drawn };
  }

  function option(figure, table) {
    const font = { color: token("--ink"), fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 13 };
    const stacked = figure.dataset.chart === "stack";
    const series = table.drawn.map((place, n) => ({
      type: "bar", stack: stacked ? "all" : undefined, barMaxWidth: 22, name: table.heads[place],
      data: table.rows.map((row) => (Number.isNaN(row.values[place - 1]) ? null : row.values[place - 1])),
      itemStyle: { color: token("--part-" + (n + 1)), borderColor: token("--ink-2"), borderWidth: 1 },
      label: {
        show: true, ...font, position: stacked ? "inside" : "right",
        formatter: (seen) => (stacked && !seen.value ? "" : seen.value.toLocaleString("en")),
      },
      labelLayout: { hideOverlap: true },
    }));
    return {
      animation: false, textStyle: font, series,
      grid: { left: 8, right: 56, top: 8, bottom: 4, containLabel: true },
      xAxis: { type: "value", axisLabel: { show: false }, splitLine: { lineStyle: { color: token("--line") } } },
      yAxis: { type: "category", inverse: true, data: table.rows.map((row) => row.name), axisTick: { show: false },
        axisLine: { lineStyle: { color: token("--line-2") } }, axisLabel: { ...font, width: 150, overflow: "truncate" } },
    };
  }

  function draw(figure) {
    const table = read(figure), plot = figure.querySelector("[data-plot]");
    plot.hidden = false;
    plot.style.height = Math.max(160, table.rows.length * 30 + 24) + "px";
    const chart = window.echarts.init(plot, null, { renderer: "canvas", devicePixelRatio: Math.max(2, devicePixelRatio) });
    chart.setOption(option(figure, table));
    figure.classList.add("drawn");
    figure.querySelector("[data-legend]")?.removeAttribute("hidden");
    figure.querySelector("details").open = false;
    new ResizeObserver(() => { if (!window.matchMedia("print").matches) chart.resize(); }).observe(plot);
  }

  if (figures.length && window.innerWidth >= NARROW) {
    const engine = document.createElement("script");
    engine.src = script.dataset.engine;
    engine.addEventListener("load", () => figures.forEach(draw));
    document.head.append(engine);
  }
})();
