// The figures as pictures.
import { bars } from './bars.js';
import { lines } from './lines.js';

/** Cases of many figures, which have a chart of bars of their own. */
const KERNELS = ['elementwise', 'optimizers'];

/** @returns {{ name: string, svg: string }[]} all charts; `name` is what their files' names end with. */
export function charts(results, points, { cpu, node, date }) {
  const subtitle = `${cpu}, one thread, Node ${node}, ${date.slice(0, 10)}.`;
  const single = results.filter(({ curve }) => !curve);
  const isKernel = (result) => KERNELS.includes(result.case);
  const kernels = single.filter(isKernel);
  const others = single.filter((result) => !isKernel(result));
  const names = [...new Set(points.map(({ chart }) => chart))];
  return [
    { name: '', svg: bars(others, 'linnet: the same bits, on two backends', subtitle) },
    { name: '-kernels', svg: bars(kernels, 'Activations and optimizers', subtitle) },
    ...names.map((chart) => ({
      name: `-${chart}`,
      svg: lines(
        chart,
        points.filter((point) => point.chart === chart),
        subtitle,
      ),
    })),
  ].filter(({ svg }) => svg);
}
