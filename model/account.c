// SPDX-License-Identifier: ISC
#include "model/account.h"

#include <assert.h>
#include <errno.h>

#include "base/util.h"

const char *const loss_place_names[LOSS_PLACE_COUNT] = {
	[LOST_IMPAIRMENT] = "impairment", [LOST_QUEUE] = "queue",	[LOST_POLICER] = "policer",
	[LOST_PACKET_CAP] = "packet_cap", [LOST_ENDPOINT] = "endpoint",
};

uint64_t account_lost(const struct loss_account *a)
{
	uint64_t sum = 0;

	for (enum loss_place i = 0; i < LOSS_PLACE_COUNT; i++)
		sum += a->lost[i];

	return sum;
}

int account_check(const struct loss_account *a, enum dir d, bool duplicates, bool corrupts,
		  struct err *err)
{
	const unsigned long long sent = a->sent, copies = a->duplicated, received = a->received;

	if (copies && !duplicates)
		return err_set(err, -EIO, "%s: the link made %llu copies, and is asked for none",
			       dir_names[d], copies);
	if (sent + copies == received + account_lost(a))
		return 0;
	if (corrupts && sent + copies > received + account_lost(a))
		return 0;

	return err_set(err, -EIO,
		       "%s: %llu packets were sent and %llu copied, %llu were received and %llu "
		       "lost (impairment %llu, queue %llu, policer %llu, packet cap %llu, endpoint "
		       "%llu): that does not add up, so the figures would not be those of this "
		       "link",
		       dir_names[d], sent, copies, received, (unsigned long long)account_lost(a),
		       (unsigned long long)a->lost[LOST_IMPAIRMENT],
		       (unsigned long long)a->lost[LOST_QUEUE],
		       (unsigned long long)a->lost[LOST_POLICER],
		       (unsigned long long)a->lost[LOST_PACKET_CAP],
		       (unsigned long long)a->lost[LOST_ENDPOINT]);
}
