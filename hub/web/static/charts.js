// Draws a table of figures as a chart above it. The table is the only source: what is left out in
// it has no number there, and so none here. Without this file the table says the same.
"use strict";
(() => {
  const STEP = 44;
  for (const table of document.querySelectorAll("table[data-chart]")) draw(table);

  function draw(table) {
    const lying = table.dataset.chart === "lying";
    const heads = [...table.querySelectorAll("thead th")];
    const rows = [...table.querySelectorAll("tbody tr")].filter((row) => row.querySelector("[data-value]"));
    if (!rows.length) return;
    const names = rows.map((row) => row.querySelector("th").textContent.trim());
    const series = heads
      .map((head, at) => ({ kind: head.dataset.series, name: head.textContent.trim(), at }))
      .filter((each) => each.kind)
      .map((each) => ({
        name: each.name,
        type: each.kind === "line" ? "line" : "bar",
        stack: each.kind === "stack" ? "all" : undefined,
        barMaxWidth: 36,
        data: rows.map((row) => number(row.children[each.at])),
      }));
    const place = document.createElement("div");
    place.className = "chart";
    if (lying) place.style.height = `${rows.length * STEP + 120}px`;
    table.before(place);
    const chart = echarts.init(place, null, { renderer: "svg", locale: "ZH" });
    const along = { type: "category", data: names, inverse: lying, axisLabel: { interval: lying ? 0 : "auto" } };
    const measured = { type: "value", name: table.dataset.unit || "", min: 0, minInterval: table.dataset.unit === "%" ? 0 : 1 };
    chart.setOption({
      animation: false,
      aria: { enabled: true, decal: { show: true }, label: { description: `${table.caption.textContent}。数值见下面的表。` } },
      textStyle: { fontSize: 18, fontFamily: getComputedStyle(document.body).fontFamily },
      color: ["#0052d9", "#8a4b00", "#595959"],
      tooltip: { trigger: "axis", renderMode: "richText", confine: true },
      legend: { show: series.length > 1, top: 0, textStyle: { fontSize: 18 } },
      grid: { left: 8, right: 24, top: 64, bottom: 8, containLabel: true },
      xAxis: labelled(lying ? measured : along),
      yAxis: labelled(lying ? along : measured),
      series,
    });
    addEventListener("resize", () => chart.resize());
  }

  function labelled(axis) {
    return { ...axis, axisLabel: { ...axis.axisLabel, fontSize: 18, color: "#1a1a1a" }, nameTextStyle: { fontSize: 18, color: "#1a1a1a" } };
  }

  function number(cell) {
    return cell.dataset.value === undefined ? null : Number(cell.dataset.value);
  }
})();
