import { z } from 'zod';
import { ID_PATTERN, type UserId } from '../library/ids.ts';

/** The id of a user in the payload of a task. */
export const UserIdText = z
  .string()
  .regex(ID_PATTERN)
  .transform((id) => id as UserId);
