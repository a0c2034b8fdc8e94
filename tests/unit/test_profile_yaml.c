// SPDX-License-Identifier: ISC
/* What is not YAML, or more than keys and values, or more than anyone would write. */
#include "tests/unit/profile_texts.h"

#include <stdlib.h>
#include <time.h>

#include "base/auto.h"
#include "base/util.h"
#include "model/profile.h"

static const struct bad bad_yaml[] = {
	{ "", "t.yaml: empty; see 'dxemu profile show dx-hosted-200m' for what a profile looks "
	      "like" },
	{ "# nothing\n", "t.yaml: empty; see 'dxemu profile show dx-hosted-200m' for what a "
			 "profile "
			 "looks like" },
	{ "profile: x\nboth: {rate: 1gb", "t.yaml:2:14: both.rate: '1gb': unknown unit, write "
					  "'gbit'; allowed: 100kbit to 400gbit" },
	{ "profile: x\nboth: {rate: 1gbit, queue", "t.yaml:2:21: both.queue: '': empty, write e.g. "
						   "10ms; allowed: 1ns to 10s" },
	{ "profile: x\nboth: {rate: 1gbit", "t.yaml:3:1: not valid YAML: missing comma in flow "
					    "mapping" },
	{ "%YAML 3.0\n---\nprofile: x\n", "t.yaml:1:1: not valid YAML from here on: cut short, or "
					  "a bracket or quote is missing" },
	{ HEAD "title: \"abc\n", "t.yaml:4:9: not valid YAML: double-quoted scalar without closing "
				 "quote" },
	{ HEAD "mtu:\n\t- 1\n", "t.yaml:5:1: not valid YAML: tab character may not be used as "
				"indentation" },
	{ HEAD "mtu: }\n", "t.yaml:4:6: not valid YAML: flow mapping with invalid extra closing "
			   "brace" },
	{ "just text\n", "t.yaml:1:1: not a mapping of keys to values" },
	{ "- profile: x\n", "t.yaml:1:1: a list; there are only keys and values here" },
	{ HEAD "mtu: [1500]\n", "t.yaml:4:6: mtu: a list; there are only keys and values here" },
	{ HEAD "mtu: {a: 1}\n", "t.yaml:4:7: mtu.a: unknown; allowed: value, source, confidence" },
	{ HEAD "mtu: {source: a book}\n", "t.yaml:4:21: mtu: has no 'value'" },
	{ HEAD "mtu: {value: {value: 1}}\n", "t.yaml:4:14: mtu.value: a mapping, where a single "
					     "value is expected" },
	{ HEAD "mtu: {value: 1500, confidence: sure}\n", "t.yaml:4:32: mtu.confidence: 'sure': "
							 "unknown; allowed: one of high, medium, "
							 "low" },
	{ HEAD "mtu: {value: 1500, source: }\n", "t.yaml:4:20: mtu.source: empty; say where the "
						 "value comes from" },
	{ "profile: x\n? {a: 1}\n: 2\n", "t.yaml:2:3: a mapping where a key is expected" },
	{ "profile: x\nvlan: 101\n", "t.yaml:2:7: vlan: a single value, where a mapping of keys is "
				     "expected" },
	{ "profile: x\nboth:\n", "t.yaml:2:1: both: a single value, where a mapping of keys is "
				 "expected" },
	{ HEAD MTU BOTH "---\n" HEAD, "t.yaml:6:1: a second document; one to a file" },
	{ HEAD "mtu: &m 1500\n", "t.yaml:4:9: mtu: anchors and tags are not allowed; write the "
				 "plain value" },
	{ HEAD "both: &b {delay: 1ms}\n", "t.yaml:4:10: both: anchors and tags are not allowed; "
					  "write the plain value" },
	{ HEAD "mtu: !!int 1500\n", "t.yaml:4:12: mtu: anchors and tags are not allowed; write the "
				    "plain value" },
	{ HEAD "mtu: *m\n", "t.yaml:4:7: mtu: aliases are not allowed; write the plain value" },
	{ "x: &x [y, y]\nb: &b [*x, *x]\nc: [*b, *b]\n", "t.yaml:1:1: x: unknown key; see 'dxemu "
							 "profile keys'" },
	{ HEAD "title: \"a\\0b\"\n", "t.yaml:4:9: title: contains a NUL character" },
	{ HEAD "title: 'it''''s'\n", "t.yaml:4:9: title: several quotes in a row; write double "
				     "quotes around the text" },
	{ HEAD "title: \xff\xfe\n", "t.yaml:4:1: not UTF-8" },
	{ HEAD "title: a\x01\n", "t.yaml:4:9: byte 0x01; this is no text file" },
	{ HEAD "title: \"a\\nb\"\n", "t.yaml:4:9: title: 'a?b': contains a control character; "
				     "allowed: one line of UTF-8, up to 127 bytes" },
	{ "vlan.c_tag: 1\n", "t.yaml:1:1: vlan.c_tag: a key with a dot; write nested mappings" },
};

Test(refuse, yaml)
{
	expect_all_refused(bad_yaml, ARRAY_SIZE(bad_yaml));
}

Test(refuse, nul_bytes)
{
	static const char text[] = HEAD "mtu: 15\00000\n";

	expect_refused(text, sizeof(text) - 1, "t.yaml:4:8: byte 0x00; this is no text file");
}

/* Whatever fills a text of the largest size, it is refused at once and without overflowing the stack. */
Test(refuse, huge)
{
	static const struct {
		const char *unit, *msg;
	} rows[] = {
		{ "[", "t.yaml:1:1: a list; there are only keys and values here" },
		{ "{x: ", "t.yaml:1:2: x: unknown key; see 'dxemu profile keys'" },
		{ "? ", "t.yaml:1:3: a mapping where a key is expected" },
		{ "a", "t.yaml:1:1: not a mapping of keys to values" },
		{ "- ", "t.yaml:1:1: a list; there are only keys and values here" },
		{ "\n", "t.yaml: empty; see 'dxemu profile show dx-hosted-200m' for what a profile "
			"looks like" },
		{ "&a ", "t.yaml:1:1048577: not valid YAML: invalid anchor detected" },
		{ "\"", "t.yaml:1:3: not valid YAML: invalid trailing content after double-quoted "
			"scalar" },
		{ "profile: x\n", "t.yaml:2:1: profile: given twice; first at line 1" },
	};
	auto_free char *text = malloc(PROFILE_MAX_BYTES);

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		clock_t start = clock();

		for (size_t j = 0; j < PROFILE_MAX_BYTES; j++)
			text[j] = rows[i].unit[j % strlen(rows[i].unit)];
		expect_refused(text, PROFILE_MAX_BYTES, rows[i].msg);
		cr_expect_lt((double)(clock() - start) / CLOCKS_PER_SEC, 5, "%s", rows[i].unit);
	}
	expect_refused(text, PROFILE_MAX_BYTES + 1,
		       "t.yaml: 1048577 bytes; a profile has at most "
		       "1048576");
}

/* Every beginning of a profile is refused or read, with one line and a position in it. */
Test(refuse, truncated)
{
	static const char text[] = HEAD MTU BOTH "to_vpc:\n  loss: {model: gilbert, p: 0.1, r: "
						 "0.5}\n"
						 "title: \"a title\"\n";

	for (size_t n = 0; n < sizeof(text) - 1; n++) {
		auto_free char *cut = malloc(n + 1);
		struct profile p;
		struct err err = { 0 };

		memcpy(cut, text, n);
		if (profile_read(cut, n, "t.yaml", &p, &err) == 0)
			continue;
		cr_expect_eq(strncmp(err.msg, "t.yaml:", 7), 0, "%zu: %s", n, err.msg);
		cr_expect_null(strchr(err.msg, '\n'), "%zu: %s", n, err.msg);
	}
}
