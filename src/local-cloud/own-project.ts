import { CloudError } from './cloud-error.ts';

/**
 * A program that names another project would see an empty cloud where it expects its data, so it is refused.
 * @throws CloudError PERMISSION_DENIED, as Google does for callers without rights in a project
 */
export function refuseOtherProject(own: string | undefined, asked: string): void {
  if (own === undefined || asked === '' || asked === own) return;
  throw new CloudError(
    'PERMISSION_DENIED',
    `This local cloud stands for the project "${own}", not for "${asked}". ` +
      `Set GOOGLE_CLOUD_PROJECT=${own}, or start it with --project ${asked}.`,
  );
}
