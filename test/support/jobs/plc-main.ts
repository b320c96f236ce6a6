/** A stand-in for a controller with a retentive area: it begins a job whose sequence is higher, counts what it began, and ends it after a while. */
import type { HeldJob, RetentiveArea } from './agent';
import { serveLines } from './line-server';

const [port = '102', jobMs = '300'] = process.argv.slice(2);
const began: Record<string, number> = {};
let area: RetentiveArea = { memory: 20_261_122, sequence: 0, job: null };

const end = (jobId: string, state: 'done' | 'cancelled') => {
  if (area.job?.jobId === jobId && area.job.state === 'running')
    area = { ...area, job: { ...area.job, state, progress: 100, outcome: { good: 1 } } };
};

interface Request {
  readonly ask: 'read' | 'take' | 'cancel' | 'hold' | 'began';
  readonly job?: Pick<HeldJob, 'jobId' | 'sequence' | 'digest'>;
  readonly sequence?: number;
}

serveLines(Number(port), (request) => {
  const { ask, job, sequence } = request as Request;
  if (ask === 'began') return began;
  if (ask === 'take' && job && job.sequence > area.sequence && area.job?.state !== 'running') {
    const { jobId, sequence: taken, digest } = job;
    began[jobId] = (began[jobId] ?? 0) + 1;
    area = { ...area, sequence: taken, job: { jobId, sequence: taken, digest, state: 'running', progress: 0 } };
    setTimeout(() => end(jobId, 'done'), Number(jobMs));
  }
  if (ask === 'cancel' && area.job && area.job.sequence === sequence) end(area.job.jobId, 'cancelled');
  return area;
});
console.log('open');
