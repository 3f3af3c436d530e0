/**
 * For how long what the course routes write is kept, in milliseconds: 32 days, a day longer than Cloud Tasks keeps a task.
 * So a task that is delivered again always finds the marker that it has counted.
 */
export const COURSE_LIFE = 32 * 24 * 3_600_000;
