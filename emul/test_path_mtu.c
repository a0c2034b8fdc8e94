// SPDX-License-Identifier: ISC
/* The path MTU of each direction, as the path tells it and as probes find it. */
#include <sys/socket.h>

#include "base/auto.h"
#include "emul/ends.h"
#include "emul/testing.h"
#include "traffic/path_mtu.h"

#define PORT_MTU 5203
#define PORT_MTU_SENDER 46000

int test_path_mtu(struct testing *g, struct err *err)
{
	(void)begin_at_round_time();

	for (enum dir d = 0; d < DIR_COUNT; d++) {
		const struct end *to = &sender_of[dir_reverse(d)];
		auto_close int receiver = -1, sender = -1;
		struct path_mtu_opts opts = {
			.probe_timeout_ns = testing_linger_ns(g->p),
			.max_probes = PLPMTUD_MAX_PROBES,
		};
		struct path_mtu m;

		if (!g->t->dir[d])
			continue;
		receiver = bound_socket(to, SOCK_DGRAM, PORT_MTU, err);
		if (receiver < 0)
			return receiver;
		sender = bound_socket(&sender_of[d], SOCK_DGRAM, PORT_MTU_SENDER, err);
		if (sender < 0 || connect_to(sender, to, PORT_MTU, err) < 0)
			return err->code;
		opts.sender = sender;
		opts.receiver = receiver;
		if (path_mtu_find(&opts, &m, err) < 0 ||
		    ROW(g, TABLE_PATH_MTU, err, d, m.interface_mtu, m.classic_mtu, m.icmp_received,
			m.classic_delivered, m.plpmtud_mtu, m.base_failed, m.black_hole,
			m.probes_sent, m.probes_lost) < 0)
			return err_wrap(err, "%s", dir_names[d]);
	}

	return 0;
}
