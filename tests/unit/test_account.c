// SPDX-License-Identifier: ISC
#include <criterion/criterion.h>
#include <errno.h>

#include "base/util.h"
#include "model/account.h"

static const struct loss_account full = {
	.sent = 1000,
	.duplicated = 7,
	.received = 992,
	.lost = { 1, 2, 3, 4, 5 },
};

Test(account, adds_up)
{
	struct err err = { 0 };

	cr_assert_eq(account_lost(&full), 15);
	cr_assert_eq(account_check(&full, TO_VPC, true, false, &err), 0, "%s", err.msg);
}

Test(account, any_figure_that_is_off_by_one_is_found)
{
	struct loss_account a;
	uint64_t *const figures[] = {
		&a.sent,    &a.duplicated, &a.received, &a.lost[0],
		&a.lost[1], &a.lost[2],	   &a.lost[3],	&a.lost[4],
	};

	for (size_t i = 0; i < ARRAY_SIZE(figures); i++)
		for (int by = -1; by <= 1; by += 2) {
			struct err err = { 0 };

			a = full;
			*figures[i] += (uint64_t)by;
			cr_assert_eq(account_check(&a, TO_ONPREM, true, false, &err), -EIO,
				     "figure %zu by %d", i, by);
		}
}

Test(account, copies_must_have_been_asked_for)
{
	struct err err = { 0 };

	cr_assert_eq(account_check(&full, TO_VPC, false, false, &err), -EIO);
	cr_assert_str_eq(err.msg, "to_vpc: the link made 7 copies, and is asked for none");
}

Test(account, a_link_that_corrupts_may_lose_more_than_is_counted)
{
	struct loss_account more = full, less = full;
	struct err err = { 0 };

	more.received++;
	less.received--;
	cr_assert_eq(account_check(&less, TO_VPC, true, true, &err), 0);
	cr_assert_eq(account_check(&more, TO_VPC, true, true, &err), -EIO);
}
