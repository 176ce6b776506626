// Charts are drawn from the tables beside them, so that both say the same. Without this script the tables stand open.
(function () {
  "use strict";
  const SCREEN = 13, PRINT = 9; // sizes of type
  const PAPER = 328; // half of an A4 sheet in CSS pixels, without margins
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

  // Parts too narrow for a label are said in words at the end of their bar.
  const SMALL = 0.07;

  function option(figure, table, size) {
    const font = { color: token("--ink"), fontFamily: getComputedStyle(document.body).fontFamily, fontSize: size };
    const stacked = figure.dataset.chart === "stack";
    const value = (row, place) => (Number.isNaN(row.values[place - 1]) ? null : row.values[place - 1]);
    const longest = Math.max(...table.rows.map((row) => table.drawn.reduce((sum, place) => sum + value(row, place), 0)), 1);
    const small = (number) => number / longest < SMALL;
    const rest = (row) => table.drawn.filter((place) => value(row, place) && small(value(row, place)))
      .map((place) => table.heads[place] + " " + value(row, place).toLocaleString("en")).join("  ");
    const series = table.drawn.map((place, n) => ({
      type: "bar", stack: stacked ? "all" : undefined, barMaxWidth: size * 1.7, name: table.heads[place],
      data: table.rows.map((row) => value(row, place)),
      itemStyle: { color: token("--part-" + (n + 1)), borderColor: token("--ink-2"), borderWidth: 1 },
      label: {
        show: true, ...font, position: stacked ? "inside" : "right",
        formatter: (seen) => (seen.value === null || (stacked && small(seen.value)) ? "" : seen.value.toLocaleString("en")),
      },
    }));
    if (stacked) {
      series.push({ type: "bar", stack: "all", data: table.rows.map(() => 0), silent: true,
        label: { show: true, ...font, position: "right", formatter: (seen) => rest(table.rows[seen.dataIndex]) } });
    }
    return {
      animation: false, textStyle: font, series,
      grid: { left: 8, right: size * (stacked ? 11.5 : 5), top: 8, bottom: 4, containLabel: true },
      xAxis: { type: "value", max: stacked ? longest : undefined, axisLabel: { show: false },
        splitLine: { lineStyle: { color: token("--line") } } },
      yAxis: { type: "category", inverse: true, data: table.rows.map((row) => row.name), axisTick: { show: false },
        axisLine: { lineStyle: { color: token("--line-2") } }, axisLabel: { ...font, width: size * 11, overflow: "truncate" } },
    };
  }

  // The place of the drawing is kept before the library is there: what was clicked meanwhile stays where it was, and open.
  function prepare(figure) {
    const plot = figure.querySelector("[data-plot]");
    plot.hidden = false;
    plot.style.height = Math.max(72, figure.querySelectorAll("tbody tr").length * 28 + 24) + "px";
    figure.querySelector("[data-legend]")?.removeAttribute("hidden");
    figure.querySelector("details").open = false;
  }

  function giveUp(figure) {
    figure.querySelector("[data-plot]").hidden = true;
    figure.querySelector("[data-legend]")?.setAttribute("hidden", "");
    figure.querySelector("details").open = true;
  }

  function draw(figure) {
    const table = read(figure), plot = figure.querySelector("[data-plot]"), height = plot.offsetHeight;
    figure.classList.add("drawn"); // first, or the chart is measured for the place it had before
    const chart = window.echarts.init(plot, null, { renderer: "canvas", devicePixelRatio: Math.max(2, devicePixelRatio) });
    chart.setOption(option(figure, table, SCREEN));
    // On paper two charts share the width of a sheet; they are drawn for it anew, not shrunk.
    let paper = false;
    window.addEventListener("beforeprint", function () {
      paper = true;
      plot.style.height = Math.round(height * 0.68) + "px";
      chart.resize({ width: PAPER, height: Math.round(height * 0.68), silent: true });
      chart.setOption(option(figure, table, PRINT));
      chart.getZr().flush();
    });
    window.addEventListener("afterprint", function () {
      paper = false;
      plot.style.height = height + "px";
      chart.setOption(option(figure, table, SCREEN));
      chart.resize();
    });
    new ResizeObserver(() => { if (!paper) chart.resize(); }).observe(plot);
  }

  if (figures.length && window.innerWidth >= NARROW) {
    const engine = document.createElement("script");
    engine.src = script.dataset.engine;
    engine.addEventListener("load", () => figures.forEach(draw));
    engine.addEventListener("error", () => figures.forEach(giveUp));
    figures.forEach(prepare);
    document.head.append(engine);
  }
})();
