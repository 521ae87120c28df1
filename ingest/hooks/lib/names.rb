# frozen_string_literal: true

require 'fileutils'

module PlenaryPush
  # As BigBlueButton makes them, and as the library takes them: hex digits and milliseconds, or a UUID.
  RECORD_ID = /[0-9a-f]{1,64}-[0-9]{1,16}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/.freeze
  FORMAT = /[A-Za-z0-9][A-Za-z0-9_.-]{0,63}/.freeze
  CONFIG = '/etc/bigbluebutton/plenary.yml'
  # A delivery that did not come about, and is tried again.
  class Failed < StandardError; end
  # The other side cannot be reached at all: what else waits need not be tried now.
  class Unreachable < Failed; end
  # There is nothing to send, or not yet.
  class Absent < Failed; end
  # It must not be sent, now or later.
  class Unwanted < StandardError; end
  class BadConfig < StandardError; end

  # The variables of what is started here. BigBlueButton's workers run under bundler, whose own would
  # reach into it.
  def self.plain
    { 'PATH' => '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      'HOME' => ENV['HOME'] || '/', 'LC_ALL' => 'C.UTF-8' }
  end

  # One line of any text, for a log, a terminal or an argument.
  def self.line(text, longest = 400)
    text.to_s.b.force_encoding('UTF-8').scrub('?').gsub(/[[:cntrl:]]+/, ' ').strip[0, longest]
  end

  # Makes a change of names in `folder` last.
  def self.sync(folder)
    File.open(folder, &:fsync)
  end

  # Writes `name` in `folder` whole or not at all.
  def self.replace(folder, name, text)
    temporary = File.join(folder, ".#{name}.#{Process.pid}.#{rand(1 << 32)}")
    File.open(temporary, File::WRONLY | File::CREAT | File::EXCL, 0o640) do |file|
      file.write(text)
      file.fsync
    end
    File.rename(temporary, File.join(folder, name))
    sync(folder)
  rescue SystemCallError
    FileUtils.rm_f(temporary)
    raise
  end
end
