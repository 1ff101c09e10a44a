import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { normalizeIP } from '@fastify/rate-limit';
import type { FastifyRequest } from 'fastify';

/** Where a request comes from, as far as it can be known. */
export interface Device {
  userAgent?: string;
  address?: string;
}

export interface RemoteDevice extends Required<Device> {
  /** The address, or the /64 of an IPv6 one: a household has that many addresses. */
  network: string;
}

export const CurrentDevice = createParamDecorator((_: unknown, context: ExecutionContext): RemoteDevice => {
  const { ip, headers } = context.switchToHttp().getRequest<FastifyRequest>();
  return { userAgent: headers['user-agent'] ?? '', address: ip, network: normalizeIP(ip, 64) };
});
