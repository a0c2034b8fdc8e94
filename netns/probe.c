// SPDX-License-Identifier: ISC
#include "netns/probe.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/util.h"
#include "netns/op.h"

#define MAC(last)                              \
	{                                      \
		{                              \
			0x02, 0, 0, 0, 0, last \
		}                              \
	}

/*
 * Each feature is needed by its operation and by none before it; lo, p0 and p1 are there by then.
 * The filter on lo has no action at all, which tc could not say.
 */
static const struct {
	const char *name, *option;
	struct op op;
} attempts[] = {
	{ "veth",
	  "CONFIG_VETH",
	  { .kind = OP_VETH,
	    .dev = "p0",
	    .veth = { .mac = MAC(1), .peer_mac = MAC(2), .peer_dev = "p1", .mtu = 1500 } } },
	{ "8021q",
	  "CONFIG_VLAN_8021Q",
	  { .kind = OP_VLAN,
	    .dev = "p0.5",
	    .vlan = { .link = "p0", .tpid = 0x8100, .id = 5, .mtu = 1500 } } },
	{ "bridge",
	  "CONFIG_BRIDGE",
	  { .kind = OP_BRIDGE, .dev = "br0", .bridge = { .mac = MAC(3), .mtu = 1500 } } },
	{ "sch_netem",
	  "CONFIG_NET_SCH_NETEM",
	  { .kind = OP_NETEM, .dev = "lo", .netem = { .limit = 1000, .delay_ns = 1000000 } } },
	{ "sch_ingress", "CONFIG_NET_SCH_INGRESS", { .kind = OP_CLSACT, .dev = "lo" } },
	{ "cls_matchall", "CONFIG_NET_CLS_MATCHALL", { .kind = OP_FORWARD, .dev = "lo" } },
	{ NULL, NULL, { .kind = OP_CLSACT, .dev = "p0" } },
	{ "act_police",
	  "CONFIG_NET_ACT_POLICE",
	  { .kind = OP_FORWARD,
	    .dev = "p0",
	    .forward = { .n_police = 1,
			 .police = { { .rate_bps = 1000000000, .burst_bytes = 1000000 } } } } },
	{ NULL, NULL, { .kind = OP_CLSACT, .dev = "p1" } },
	{ "act_mirred",
	  "CONFIG_NET_ACT_MIRRED",
	  { .kind = OP_FORWARD, .dev = "p1", .forward = { .to = "p0" } } },
};

struct report {
	int code; /* no namespace: -errno */
	int status[ARRAY_SIZE(attempts)];
};

static struct kernel_feature features[ARRAY_SIZE(attempts)];

static void attempt_all(struct report *report)
{
	struct err err;

	if (unshare(CLONE_NEWNET) < 0) {
		report->code = -errno;
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(attempts); i++)
		report->status[i] = op_apply(&attempts[i].op, &err);
}

/* In a child, whose namespace ends with it. */
static int attempt_in_child(struct report *ret, struct err *err)
{
	auto_close int from = -1;
	int pipe_fds[2];
	ssize_t n;
	pid_t pid;

	if (pipe2(pipe_fds, O_CLOEXEC) < 0)
		return err_sys(err, -errno, "pipe");
	from = pipe_fds[0];

	pid = fork();
	if (pid == 0) {
		struct report report = { 0 };

		attempt_all(&report);
		_exit(write(pipe_fds[1], &report, sizeof(report)) != sizeof(report));
	}
	close(pipe_fds[1]);
	if (pid < 0)
		return err_sys(err, -errno, "fork");

	/* One write below PIPE_BUF: the report comes whole or not at all. */
	do {
		n = read(from, ret, sizeof(*ret));
	} while (n < 0 && errno == EINTR);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;

	if (n != sizeof(*ret))
		return err_set(err, -EPROTO, "the probing process died");

	return 0;
}

int kernel_probe(const struct kernel_feature **ret, size_t *ret_n, struct err *err)
{
	struct report report = { 0 };
	size_t n = 0;
	int r = attempt_in_child(&report, err);

	if (r < 0)
		return err_wrap(err, "probe the kernel");
	if (report.code < 0)
		return err_sys(err, report.code, "probe the kernel: new network namespace");

	for (size_t i = 0; i < ARRAY_SIZE(attempts); i++) {
		if (attempts[i].name)
			features[n++] =
				(struct kernel_feature){ attempts[i].name, attempts[i].option,
							 report.status[i] };
	}
	*ret = features;
	*ret_n = n;

	return 0;
}
