import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { addressOf, networkOf, widerNetworkOf } from '../../../platform/http/network';

/** Where a request comes from, as far as it can be known. */
export interface Device {
  userAgent?: string;
  address?: string;
}

export interface RemoteDevice extends Required<Device> {
  /** The address, or the /64 of an IPv6 one: a household has that many addresses. */
  network: string;
  /** What one customer of a provider may hold: the /48 or /24. */
  widerNetwork: string;
}

/** Who decides about somebody else, and from where. */
export interface Decider {
  actorId: number;
  device: Device;
}

export const CurrentDevice = createParamDecorator((_: unknown, context: ExecutionContext): RemoteDevice => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  const userAgent = request.headers['user-agent'] ?? '';
  const networks = { network: networkOf(request), widerNetwork: widerNetworkOf(request) };
  return { userAgent, address: addressOf(request), ...networks };
});
