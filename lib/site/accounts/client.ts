/** Where a request to sign in or up comes from. */
export interface Client {
  /** For rate limits (client-address.ts). */
  address: string;
  /** The value of its device cookie (known-device.ts). A program has none. */
  deviceCookie?: string | undefined;
}
