/** Labels of one count: few values each, and never anything of a user. */
type Labels = Readonly<Record<string, string | number>>;

export interface Counter {
  add(labels?: Labels, by?: number): void;
}

/** Numbers of this process that a monitor reads. */
export interface Metrics {
  /** A number that only rises. By custom its name ends in `_total`. */
  counter(name: string, help: string): Counter;
  /** A number that is read at each request for the metrics. */
  gauge(name: string, help: string, read: () => number | Promise<number>): void;
  /** Everything in the text format of Prometheus, version 0.0.4. */
  text(): Promise<string>;
}

/** What all names begin with. */
const PREFIX = 'photo_timeline_';

interface Metric {
  name: string;
  help: string;
  type: 'counter' | 'gauge';
  /** Values by their labels, as they are written. */
  read(): Promise<Iterable<[labels: string, value: number]>>;
}

export function createMetrics(): Metrics {
  const metrics: Metric[] = [];
  return {
    counter(name, help) {
      const values = new Map<string, number>();
      metrics.push({ name, help, type: 'counter', read: async () => values });
      return {
        add(labels = {}, by = 1) {
          const key = written(labels);
          values.set(key, (values.get(key) ?? 0) + by);
        },
      };
    },
    gauge(name, help, read) {
      metrics.push({ name, help, type: 'gauge', read: async () => [['', await read()]] });
    },
    async text() {
      return (await Promise.all(metrics.map(describe))).join('');
    },
  };
}

async function describe({ name, help, type, read }: Metric): Promise<string> {
  const full = `${PREFIX}${name}`;
  const lines = [...(await read())].map(([labels, value]) => `${full}${labels} ${value}\n`);
  return `# HELP ${full} ${help}\n# TYPE ${full} ${type}\n${lines.join('')}`;
}

function written(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(String(value))}`);
  return pairs.length > 0 ? `{${pairs.join(',')}}` : '';
}
