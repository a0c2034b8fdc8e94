// SPDX-License-Identifier: ISC
#include "traffic/response.h"

#include <math.h>
#include <string.h>

double tcp_response_segments(const char *cc, double loss_events, double rtt_s)
{
	const double p = loss_events;

	if (p <= 0)
		return INFINITY;
	if (!strcmp(cc, "reno"))
		return 1 / (sqrt(2 * p / 3) + 12 * sqrt(3 * p / 8) * p * (1 + 32 * p * p));
	if (!strcmp(cc, "cubic"))
		return fmax(sqrt(1.5 / p), pow(0.4 * 3.7 / 1.2, 0.25) * pow(rtt_s / p, 0.75));

	return INFINITY;
}
