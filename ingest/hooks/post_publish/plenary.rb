#!/usr/bin/env ruby
# frozen_string_literal: true

# One format of a recording was published.
# BigBlueButton runs this once for every format, with `-m <record id> -f <format>`.
# It only writes a file into a queue. Whatever goes wrong, BigBlueButton goes on.

begin
  require File.join(ENV['PLENARY_PUSH'] || '/usr/local/lib/plenary-push', 'lib/hook')
  PlenaryPush::Hook.run('published', ARGV)
rescue Exception => e # not only StandardError: a missing file or a signal is no reason to fail either
  begin
    complaint = "post_publish: #{e.class}: #{e.message}"[0, 300]
    Process.detach(Process.spawn('logger', '-t', 'plenary-push', '-p', 'user.err', '--', complaint,
                                 in: File::NULL, out: File::NULL, err: File::NULL))
  rescue Exception
    nil
  end
end
exit!(true)
