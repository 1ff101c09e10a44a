import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { addressOf, networkOf, widerNetworkOf } from '../../../platform/http/limits/network';

/** The client that sent a request, as far as it is known. */
export interface Device {
  userAgent?: string;
  address?: string;
}

export interface RemoteDevice extends Required<Device> {
  /** The IPv4 address, or the /64 network of an IPv6 address because one household has that many addresses. */
  network: string;
  /** The /48 (IPv6) or /24 (IPv4) network, which one customer of a provider may own. */
  widerNetwork: string;
}

/** The administrator who decides about another person, and their device. */
export interface ActingAdmin {
  actorId: number;
  device: Device;
}

export const CurrentDevice = createParamDecorator((_: unknown, context: ExecutionContext): RemoteDevice => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  const userAgent = request.headers['user-agent'] ?? '';
  const networks = { network: networkOf(request), widerNetwork: widerNetworkOf(request) };
  return { userAgent, address: addressOf(request), ...networks };
});
