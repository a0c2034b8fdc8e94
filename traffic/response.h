/* SPDX-License-Identifier: ISC */
/* What a congestion control makes of loss, where nothing else limits it. Pure. */
#ifndef DXEMU_TRAFFIC_RESPONSE_H
#define DXEMU_TRAFFIC_RESPONSE_H

/*
 * tcp_response_segments() - segments per round trip that one flow delivers on average.
 * @cc: "reno" (RFC 5348 section 3.1, retransmission timeout 4 round trips) or "cubic" (RFC 9438 sections 4.3 and
 *      5.2, C 0.4, beta 0.7: no less than Reno's (3 / 2p)^(1/2))
 * @loss_events: per segment, at equal distances; several losses within one round trip are one event
 *
 * INFINITY without loss, and for a congestion control that has no such function.
 */
double tcp_response_segments(const char *cc, double loss_events, double rtt_s);

#endif
