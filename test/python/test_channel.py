from __future__ import annotations

import json
import signal
import threading
import unittest

from peer import FRAME_LIMIT, PATH, Error, Peer, Silence, run, run_handler, windows


class Output(unittest.TestCase):
    """What a flow prints"""

    def test_lines_are_sent_by_their_stream(self) -> None:
        done = run_handler("""
            import sys
            print('one')
            print('two', file=sys.stderr)
        """)
        self.assertEqual(
            [(f['category'], f['text']) for f in done.frames if f['kind'] == 'output'],
            [('stdout', 'one\n'), ('stderr', 'two\n')],
        )

    def test_comes_before_the_call_that_follows_it(self) -> None:
        done = run_handler("""
            print('no end of line', end='')
            this.log('next')
        """)
        self.assertEqual([frame['kind'] for frame in done.frames], ['ready', 'output', 'call', 'end'])

    def test_bytes_that_are_no_UTF_8_are_replaced(self) -> None:
        done = run_handler(r"""
            import sys
            sys.stdout.buffer.write(b'a\xffb\xc3')
            sys.stdout.buffer.write(b'\xa4\n')
        """)
        self.assertEqual(done.output(), 'a\ufffdbä\n')

    def test_half_a_surrogate_does_no_harm(self) -> None:
        done = run_handler(r"""print('a\ud800b')""")
        self.assertEqual(done.status, 'success')

    def test_of_C_code_and_subprocesses_never_touches_the_frames(self) -> None:
        done = run_handler("""
            import os, subprocess, sys
            os.write(1, b'written to 1\\n')
            subprocess.run([sys.executable, '-c', 'print("of a subprocess")'], check=True)
            subprocess.run([sys.executable, '-c', 'print("to the stream")'], check=True, stdout=sys.stdout)
            return 1
        """)
        self.assertEqual(done.returned, 1)
        for text in (b'written to 1', b'of a subprocess', b'to the stream'):
            self.assertIn(text, done.raw)

    def test_reading_input_finds_its_end(self) -> None:
        done = run_handler("""
            import sys
            assert sys.stdin.read() == ''
            try:
                input('name? ')
            except EOFError:
                return 'no input'
        """)
        self.assertEqual(done.returned, 'no input')

    def test_long_text_is_sent_in_parts(self) -> None:
        done = run_handler("print('x' * 3_000_000)")
        self.assertEqual(len(done.output()), 3_000_001)
        self.assertGreater(sum(frame['kind'] == 'output' for frame in done.frames), 5)


class Calls(unittest.TestCase):
    """A call"""

    def test_is_numbered_in_order_from_1(self) -> None:
        done = run_handler("""
            for n in range(5):
                this.log(n)
                this.load('message')
        """)
        self.assertEqual([call.id for call in done.calls], list(range(1, 11)))

    def test_says_the_place_in_user_code_that_made_it(self) -> None:
        done = run("""
            def helper(this):
                this.log('x')

            def handler(system, this, inputs):
                helper(this)
                with system.setting('lock'): pass
                list(map(this.log, [1]))
        """)
        self.assertEqual({call.file for call in done.calls}, {PATH})
        self.assertEqual(
            [(call.name, call.line, call.function) for call in done.calls],
            [
                ('this.log', 3, 'helper'),
                ('setting.acquire', 7, 'handler'),
                ('setting.release', 7, 'handler'),
                ('this.log', 8, 'handler'),
            ],
        )

    def test_through_the_standard_library_has_the_place_of_the_flow(self) -> None:
        done = run("""
            import contextlib

            def handler(system, this, inputs):
                with contextlib.ExitStack() as stack:
                    stack.enter_context(system.setting('lock'))
                    this.log('inside')
        """)
        self.assertEqual([call.file for call in done.calls], [PATH] * 3)

    def test_that_only_logs_is_not_waited_for(self) -> None:
        done = run_handler("this.log('x')")
        self.assertEqual([call.wait for call in done.calls], [False])

    def test_of_several_threads_gets_its_own_answer(self) -> None:
        waiting: list = []

        def on_frame(frame: dict, peer: Peer) -> None:
            # All wait before the first is answered, and they are answered backwards.
            if frame['kind'] == 'call':
                waiting.append(frame)
                if len(waiting) == 8:
                    for call in reversed(waiting):
                        name = json.loads(call['args'])['select']
                        value = json.dumps({'value': f'value of {name}'})
                        peer.send({'kind': 'answer', 'id': call['id'], 'outcome': {'kind': 'value', 'value': value}})

        done = run_handler(
            """
            import threading
            found = {}
            def ask(name):
                found[name] = system.setting(name).get('value')
            threads = [threading.Thread(target=ask, args=(f's{n}',)) for n in range(8)]
            for thread in threads: thread.start()
            for thread in threads: thread.join()
            return found
        """,
            answers={'record.get': Silence},
            on_frame=on_frame,
        )
        self.assertEqual(done.returned, {f's{n}': f'value of s{n}' for n in range(8)})

    def test_of_several_threads_one_after_another_gets_its_own_answer(self) -> None:
        done = run_handler(
            """
            import threading
            wrong = []
            def ask(name):
                for _ in range(200):
                    found = system.setting(name).get('value')
                    if found != name: wrong.append(found)
            threads = [threading.Thread(target=ask, args=(f's{n}',)) for n in range(4)]
            for thread in threads: thread.start()
            ask('main')
            for thread in threads: thread.join()
            return wrong
        """,
            answers={'record.get': lambda args: {'value': args['select']}},
        )
        self.assertEqual(done.returned, [])
        self.assertEqual(len(done.calls), 1000)

    @unittest.skipIf(windows(), 'signals')
    def test_by_a_handler_of_signals_is_answered_while_another_one_waits(self) -> None:
        waiting: list = []

        def on_frame(frame: dict, peer: Peer) -> None:
            if frame['kind'] != 'call':
                return
            waiting.append(frame)
            if len(waiting) == 1:
                threading.Timer(0.2, peer.interrupt, [signal.SIGALRM]).start()
                return
            for call in reversed(waiting):
                value = json.dumps({'value': json.loads(call['args'])['select']})
                peer.send({'kind': 'answer', 'id': call['id'], 'outcome': {'kind': 'value', 'value': value}})

        done = run_handler(
            """
            import signal
            found = []
            signal.signal(signal.SIGALRM, lambda *_: found.append(system.setting('handler').get('value')))
            found.append(system.setting('flow').get('value'))
            return found
        """,
            answers={'record.get': Silence},
            on_frame=on_frame,
        )
        self.assertEqual(done.returned, ['handler', 'flow'], done.end)

    def test_keeps_integers_and_texts_as_they_are(self) -> None:
        done = run_handler(
            """
            value = this.get('input_value')
            this.save(output_value=value)
            return inputs == value
        """,
            inputs={'big': 2**70, 'float': 1.0, 'text': 'ü😀\u2028'},
            answers={'record.get': {'input_value': {'big': 2**70, 'float': 1.0, 'text': 'ü😀\u2028'}}},
        )
        self.assertIs(done.returned, True)
        self.assertEqual(done.named('record.save')[0]['fields']['output_value']['big'], 2**70)

    def test_that_is_larger_than_a_frame_is_refused_and_the_flow_goes_on(self) -> None:
        done = run_handler(f"""
            try:
                this.save(output_value='x' * {FRAME_LIMIT})
            except flow_api.InvalidInputError as error:
                this.log('refused')
                return str(error)
        """)
        self.assertIn('record.save', done.returned)
        self.assertIn('67,108,864', done.returned)
        self.assertEqual([(call.id, call.name) for call in done.calls], [(1, 'this.log')])

    def test_that_fails_raises_the_class_of_that_name(self) -> None:
        for name in ('ResourceNotFoundError', 'LockTimeoutError', 'SchemaValidationError', 'PermissionDenied'):
            with self.subTest(name):
                done = run_handler(
                    f"""
                    try:
                        system.setting('x').get('value')
                    except flow_api.exceptions.{name} as error:
                        return [str(error), error.details]
                """,
                    answers={'record.get': Error(name, 'no', {'a': 1})},
                )
                self.assertEqual(done.returned, ['no', {'a': 1}])

    def test_that_fails_in_an_unknown_way_is_an_internal_error(self) -> None:
        for name in ('NoSuchError', 'annotations', 'LifecycleSignal'):
            with self.subTest(name):
                done = run_handler(
                    """
                    try:
                        this.get('x')
                    except flow_api.InternalError as error:
                        return str(error)
                """,
                    answers={'record.get': Error(name, 'why')},
                )
                self.assertEqual(done.returned, f'{name}: why')


class Engine(unittest.TestCase):
    """A process whose engine"""

    def test_goes_away_ends_at_once(self) -> None:
        def on_frame(frame: dict, peer: Peer) -> None:
            if frame['kind'] == 'call':
                peer.close()

        done = run_handler(
            """
            this.log('waiting')
            import time
            time.sleep(600)
        """,
            on_frame=on_frame,
        )
        self.assertEqual(done.exit_code, 74)
        self.assertIsNone(done.end)

    def test_sends_a_frame_that_is_too_large_ends_before_reading_it(self) -> None:
        def on_frame(frame: dict, peer: Peer) -> None:
            if frame['kind'] == 'call':
                peer.send_bytes((FRAME_LIMIT + 1).to_bytes(4, 'big'))

        done = run_handler("this.get('x')", answers={'record.get': Silence}, on_frame=on_frame)
        self.assertEqual(done.exit_code, 74)
        self.assertIn(b'67,108,865 bytes are more than', done.raw)

    def test_sends_no_JSON_ends(self) -> None:
        def on_frame(frame: dict, peer: Peer) -> None:
            if frame['kind'] == 'call':
                peer.send_bytes(b'\0\0\0\2{[')

        done = run_handler("this.get('x')", answers={'record.get': Silence}, on_frame=on_frame)
        self.assertEqual(done.exit_code, 74)


def cancel_at_call(frame: dict, peer: Peer) -> None:
    if frame['kind'] == 'call' and frame['name'] == 'this.log':
        peer.send({'kind': 'cancel', 'message': 'enough'})


class Cancellation(unittest.TestCase):
    """A cancellation"""

    def cancelled(self, body: str, **options: object) -> object:
        done = run_handler(body, on_frame=cancel_at_call, **options)
        self.assertEqual((done.status, done.message), ('cancel', 'enough'), done.end)
        return done

    def test_ends_a_flow_that_waits_for_an_answer(self) -> None:
        self.cancelled(
            """
            this.log('x')
            this.flow('child')
        """,
            answers={'execution.wait': Silence},
        )

    def test_ends_a_flow_that_sleeps(self) -> None:
        self.cancelled("""
            import time
            this.log('x')
            time.sleep(600)
        """)

    def test_ends_a_flow_that_computes(self) -> None:
        self.cancelled("""
            this.log('x')
            while True:
                pass
        """)

    def test_ends_a_flow_that_computes_after_many_calls(self) -> None:
        def on_frame(frame: dict, peer: Peer) -> None:
            if frame['kind'] == 'call' and frame['name'] == 'this.log':
                peer.send({'kind': 'cancel', 'message': 'enough'})

        done = run_handler(
            """
            for i in range(100):
                system.setting('s').load('value')
            this.log('x')
            while True:
                pass
        """,
            on_frame=on_frame,
        )
        self.assertEqual((done.status, done.message), ('cancel', 'enough'), done.end)

    def test_ends_a_flow_whose_call_has_waited_long(self) -> None:
        def on_frame(frame: dict, peer: Peer) -> None:
            if frame['kind'] == 'call' and frame['name'] == 'execution.wait':
                threading.Timer(0.2, peer.send, [{'kind': 'cancel', 'message': 'enough'}]).start()

        done = run_handler("this.flow('child')", answers={'execution.wait': Silence}, on_frame=on_frame)
        self.assertEqual((done.status, done.message), ('cancel', 'enough'), done.end)

    def test_ends_a_flow_that_waits_for_a_thread(self) -> None:
        self.cancelled("""
            import threading
            this.log('x')
            threading.Event().wait(600)
        """)

    def test_passes_the_error_handling_of_the_flow(self) -> None:
        self.cancelled("""
            import time
            try:
                this.log('x')
                time.sleep(600)
            except Exception:
                return 'caught'
        """)

    def test_that_a_bare_except_swallows_still_ends_the_flow(self) -> None:
        done = self.cancelled("""
            import time
            try:
                this.log('x')
                time.sleep(600)
            except:
                pass
            this.log('never')
        """)
        self.assertEqual(done.names(), ['this.log'])

    def test_lets_the_flow_clean_up(self) -> None:
        done = self.cancelled("""
            import time
            with system.setting('lock'):
                this.log('x')
                time.sleep(600)
        """)
        self.assertEqual(done.names(), ['setting.acquire', 'this.log', 'setting.release'])

    def test_never_damages_a_frame(self) -> None:
        # Much is written while it comes; every frame must still be whole.
        sent = threading.Event()

        def on_frame(frame: dict, peer: Peer) -> None:
            if frame['kind'] == 'call' and frame['id'] == 500 and not sent.is_set():
                sent.set()
                peer.send({'kind': 'cancel', 'message': 'enough'})

        done = run_handler(
            """
            while True:
                this.log('x' * 5000)
        """,
            on_frame=on_frame,
        )
        self.assertEqual((done.status, done.exit_code), ('cancel', 0))

    def test_comes_after_a_success_that_is_not_yet_told(self) -> None:
        done = self.cancelled("""
            import time
            try:
                return this.success('done')
            finally:
                this.log('x')
                time.sleep(600)
        """)
        self.assertEqual(done.exit_code, 0)

    @unittest.skipIf(windows(), 'signals')
    def test_by_the_terminal_is_a_cancellation_too(self) -> None:
        def on_frame(frame: dict, peer: Peer) -> None:
            if frame['kind'] == 'call':
                peer.interrupt(signal.SIGINT)

        done = run_handler(
            """
            import time
            this.log('x')
            time.sleep(600)
        """,
            on_frame=on_frame,
        )
        self.assertEqual((done.status, done.message), ('cancel', 'interrupted'))

    @unittest.skipIf(windows(), 'signals')
    def test_by_the_terminal_ends_the_wait_for_an_answer(self) -> None:
        def on_frame(frame: dict, peer: Peer) -> None:
            if frame['kind'] == 'call':
                peer.interrupt(signal.SIGINT)

        done = run_handler(
            "system.setting('s').load('value')",
            answers={'record.get': Silence},
            on_frame=on_frame,
        )
        self.assertEqual((done.status, done.message), ('cancel', 'interrupted'))


class Debugging(unittest.TestCase):
    """For the debugger the channel"""

    def test_keeps_commands_until_somebody_listens_and_sends_events(self) -> None:
        def on_frame(frame: dict, peer: Peer) -> None:
            if frame['kind'] == 'call' and frame['name'] == 'this.log':
                peer.send({'kind': 'debug', 'command': {'do': 'this'}})

        done = run_handler(
            """
            import flow_api._runtime, threading
            this.log('x')
            this.load('message')
            channel = flow_api._runtime._channel
            heard = threading.Event()
            def on_debug(command):
                channel.send_debug({'heard': command})
                heard.set()
            channel.on_debug = on_debug
            heard.wait()
        """,
            on_frame=on_frame,
        )
        events = [frame['event'] for frame in done.frames if frame['kind'] == 'debug']
        self.assertEqual(events, [{'heard': {'do': 'this'}}])
